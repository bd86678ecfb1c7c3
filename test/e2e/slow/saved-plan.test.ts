import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  CustomRotatedSecret,
  Duration,
  type Realisation,
  RotationCheck,
  RotationPayload,
  RotationSchedule,
  SensitiveInput,
  WebTarget,
} from "../../../stacks/constructs/index.ts";
import type { RotationStack } from "../../../stacks/rotation-stack.ts";
import {
  startTestbed,
  TESTBED_ITEM,
  TESTBED_USERNAME,
  type Testbed,
} from "../../harness/testbed.ts";
import { createStackWorkspace, type StackWorkspace } from "../operations/stack-workspace.ts";

// The whole of it, with the kit's rotator and an application that knows which password is right.
describe("a rotation between a plan and its apply", () => {
  let testbed: Testbed;
  beforeEach(async () => {
    testbed = await startTestbed();
  });
  afterEach(() => testbed.stop());

  const stored = () => {
    const payload = testbed.gateway.item(TESTBED_ITEM)?.versions.at(-1)?.payload;
    return String(JSON.parse(payload ?? "{}").current_password);
  };
  const opens = () => testbed.app.accepts(TESTBED_USERNAME, stored());
  const rotate = async () => {
    expect(await testbed.gateway.rotate(TESTBED_ITEM)).not.toHaveProperty("error");
    expect(await opens()).toBe(true);
    return stored();
  };
  const declare = (description: string, options: { check: boolean }) => (stack: RotationStack) => {
    const target = new WebTarget(stack, "rotator", { name: "/rotator", url: testbed.rotator.url });
    const secret = new CustomRotatedSecret(stack, "app", {
      name: TESTBED_ITEM,
      description,
      target,
      payload: new RotationPayload({
        system: "reporting-app",
        username: TESTBED_USERNAME,
        currentPassword: SensitiveInput.fromEnvironment("TF_VAR_password"),
      }),
      schedule: RotationSchedule.every(Duration.days(30)),
      deleteProtection: false,
    });
    if (options.check) new RotationCheck(secret, "Check", { secret });
  };

  async function story(realisation: Realisation) {
    const workspace = await createStackWorkspace(testbed.gateway);
    const password = { TF_VAR_password: testbed.initialPassword };
    const plan = async (description: string, options = { check: false }) => {
      await workspace.synthesize(declare(description, options), realisation);
      await workspace.succeed(["plan", "-input=false", "-out=saved"], password);
    };
    const apply = () => workspace.succeed(["apply", "saved"], password);
    await plan("first");
    await apply();
    await rotate();
    return { workspace, plan, apply };
  }

  it("is undone by the provider, but only by a plan that changes the secret, and the rotator recovers", async () => {
    const { workspace, plan, apply } = await story("provider");

    // Nothing about the secret in the plan: the rotated password stays.
    await plan("first", { check: true });
    const planned = await showPlan(workspace);
    const rotated = await rotate();
    await apply();
    expect(planned.filter(([type]) => type === "akeyless_rotated_secret_custom")).toEqual([]);
    expect(stored()).not.toBe(rotated); // The new check has rotated.
    expect(await opens()).toBe(true);

    // Unavoidable: the provider sends, with every update, the payload that its plan has read.
    await plan("second");
    const read = stored();
    await rotate();
    await apply();
    expect(stored()).toBe(read);
    expect(await opens()).toBe(false);

    // The kit's rotator derives the next password from the payload: the old payload leads to the
    // password that is valid. With a RotationCheck, the apply itself gets there.
    await rotate();
    await plan("third", { check: true });
    await rotate();
    await apply();
    expect(await opens()).toBe(true);

    await workspace.succeed(["destroy", "-auto-approve"], {
      TF_VAR_password: testbed.initialPassword,
    });
  });

  it("stays where the secret is managed out of state", async () => {
    const { workspace, plan, apply } = await story("out-of-state");
    await plan("second");
    const rotated = await rotate();
    await apply();
    expect(testbed.gateway.item(TESTBED_ITEM)).toMatchObject({ description: "second" });
    expect(stored()).toBe(rotated);
    expect(await opens()).toBe(true);
    await workspace.succeed(["destroy", "-auto-approve"]);
  });
});

/** Type and actions of everything that the saved plan would change. */
async function showPlan(workspace: StackWorkspace): Promise<[type: string, actions: string][]> {
  const plan = JSON.parse(await workspace.succeed(["show", "-json", "saved"])) as {
    readonly resource_changes?: readonly {
      readonly type: string;
      readonly change: { readonly actions: readonly string[] };
    }[];
  };
  return (plan.resource_changes ?? [])
    .map(({ type, change }): [string, string] => [type, change.actions.join("+")])
    .filter(([, actions]) => actions !== "no-op");
}
