import { App, TerraformStack, Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import { DataRotatedSecret } from "../../../../stacks/akeyless/data-rotated-secret.ts";
import { AkeylessProvider } from "../../../../stacks/akeyless/provider.ts";
import { RotatedSecretCustom } from "../../../../stacks/akeyless/rotated-secret-custom.ts";
import { TargetWeb } from "../../../../stacks/akeyless/target-web.ts";
import "../../../../stacks/testing/vitest.ts";

const newStack = () => new TerraformStack(Testing.stubVersion(new App()), "test");

describe("the L1 classes", () => {
  it("write one to one what they are given", () => {
    const stack = newStack();
    new AkeylessProvider(stack, "akeyless", {
      apiGatewayAddress: "https://gw:8081",
      tokenLogin: {},
    });
    const target = new TargetWeb(stack, "target", { name: "/t", url: "any text" });
    new RotatedSecretCustom(stack, "secret", {
      name: "/s",
      targetName: target.name,
      secureAccessHost: ["a"],
      secureAccessWeb: true,
      rotationHour: 3,
      itemCustomFields: { owner: "me" },
    });
    new DataRotatedSecret(stack, "read", { name: "/s", version: 2 });

    expect(stack).toHaveProviderWithProperties(AkeylessProvider, {
      apiGatewayAddress: "https://gw:8081",
      tokenLogin: [{}],
    });
    expect(stack).toHaveResourceNamed(RotatedSecretCustom, "secret", {
      name: "/s",
      targetName: ["$", "{akeyless_target_web.target.name}"].join(""),
      secureAccessHost: ["a"],
      secureAccessWeb: true,
      rotationHour: 3,
      itemCustomFields: { owner: "me" },
    });
    expect(stack).toHaveDataSourceWithProperties(DataRotatedSecret, { name: "/s", version: 2 });
  });

  it("make cdktf notice a stack without the provider", () => {
    const stack = newStack();
    new TargetWeb(stack, "target", { name: "/t", url: "https://t" });
    expect(() => Testing.synth(stack, true)).toThrow(/akeyless/);
  });

  it("support import and move", () => {
    const stack = newStack();
    const adopted = new TargetWeb(stack, "adopted", { name: "/t", url: "https://t" });
    adopted.importFrom("/t");
    const moved = new TargetWeb(stack, "new", { name: "/u", url: "https://u" });
    moved.moveFromId("akeyless_target_web.old");
    expect(JSON.parse(Testing.synth(stack))).toMatchObject({
      import: [{ to: "akeyless_target_web.adopted", id: "/t" }],
      moved: [{ from: "akeyless_target_web.old", to: "akeyless_target_web.new" }],
    });
  });

  it("are resources with an alias of their provider, where there are several gateways", () => {
    const stack = newStack();
    const provider = new AkeylessProvider(stack, "second", { alias: "second" });
    new TargetWeb(stack, "target", { name: "/t", url: "https://t", provider });
    expect(stack).toHaveResourceNamed(TargetWeb, "target", { provider: "akeyless.second" });
  });

  it("render HCL that Terraform reads: types, blocks and bare references", () => {
    const stack = newStack();
    new AkeylessProvider(stack, "akeyless", { tokenLogin: { token: "t" } });
    const target = new TargetWeb(stack, "target", { name: "/t", url: "https://t" });
    new RotatedSecretCustom(stack, "secret", {
      name: "/s",
      targetName: "/t",
      tags: ["a"],
      rotationHour: 3,
      itemCustomFields: { owner: "me" },
      lifecycle: { replaceTriggeredBy: [`akeyless_target_web.${target.friendlyUniqueId}`] },
    });
    new DataRotatedSecret(stack, "read", { name: "/s" });
    const hcl = String(Testing.synthHcl(stack)).replace(/\s+/g, " ");
    expect(hcl).toContain('provider "akeyless" { token_login { token = "t" } }');
    expect(hcl).toContain('tags = [ "a" ]');
    expect(hcl).toContain("rotation_hour = 3");
    expect(hcl).toContain('item_custom_fields = { owner = "me" }');
    expect(hcl).toContain("replace_triggered_by = [akeyless_target_web.target]");
    expect(hcl).toContain('data "akeyless_rotated_secret" "read" { name = "/s" }');
  });
});
