import { TerraformOutput, Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import { TargetWeb } from "../../../../stacks/akeyless/target-web.ts";
import { WebTarget } from "../../../../stacks/constructs/index.ts";
import "../../../../stacks/testing/vitest.ts";
import { newStack } from "../constructs/support.ts";

function stackWithTarget() {
  const stack = newStack();
  new WebTarget(stack, "rotator", { name: "/rotator", url: "https://rotator.internal/rotate" });
  new TerraformOutput(stack, "url", { value: "https://rotator.internal", sensitive: true });
  return stack;
}

describe("the matchers", () => {
  it("take a stack or its JSON, a class or a type's name", () => {
    const stack = stackWithTarget();
    expect(stack).toHaveResource(TargetWeb);
    expect(Testing.synth(stack)).toHaveResource("akeyless_target_web");
    expect(stack).not.toHaveResource("akeyless_rotated_secret_custom");
    expect(stack).toHaveProvider("akeyless");
    expect(stack).not.toHaveDataSource("akeyless_rotated_secret");
  });

  it("match some of the properties, in either spelling, and with vitest's own matchers", () => {
    const stack = stackWithTarget();
    expect(stack).toHaveResourceWithProperties(TargetWeb, {
      url: expect.stringMatching(/rotate$/),
    });
    expect(stack).not.toHaveResourceWithProperties(TargetWeb, { url: "https://other" });
    expect(stack).not.toHaveResourceWithProperties(TargetWeb, { maxVersions: "1" });
  });

  it("match by name, with or without cdktf's hash", () => {
    const stack = stackWithTarget();
    expect(stack).toHaveResourceNamed(TargetWeb, "rotator", { name: "/rotator" });
    expect(stack).toHaveResourceNamed(TargetWeb, "rotator_E7A2254D");
    expect(stack).not.toHaveResourceNamed(TargetWeb, "rot");
  });

  it("match outputs", () => {
    const stack = stackWithTarget();
    expect(stack).toHaveOutput("url", { value: "https://rotator.internal", sensitive: true });
    expect(stack).not.toHaveOutput("other");
  });

  it("say what they looked for and what is there", () => {
    expect(() =>
      expect(stackWithTarget()).toHaveResourceWithProperties(TargetWeb, { url: "https://other" }),
    ).toThrow(
      /expected the stack to have the resource akeyless_target_web with .*https:\/\/other.*it has:\nrotator_E7A2254D: .*https:\/\/rotator\.internal\/rotate/s,
    );
    expect(() => expect(stackWithTarget()).toHaveOutput("other")).toThrow(/it has none/);
  });
});
