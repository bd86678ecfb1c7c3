import { TerraformOutput, TerraformVariable } from "cdktf";
import { describe, expect, it } from "vitest";
import { SensitiveInput, WebTarget } from "../../../../stacks/constructs/index.ts";
import "../../../../stacks/testing/vitest.ts";
import { newSecret, newStack, warningsAt } from "./support.ts";

const reference = (address: string) => `\${${address}}`;

describe("SensitiveInput", () => {
  it("declares one sensitive variable for all uses of an environment variable", () => {
    const stack = newStack();
    for (const id of ["first", "second"]) {
      const value = SensitiveInput.fromEnvironment("TF_VAR_app_password").bind(stack);
      new TerraformOutput(stack, id, { value });
      expect(stack).toHaveOutput(id, { value: reference("var.app_password") });
    }
    expect(JSON.stringify(stack.toTerraform().variable)).toBe(
      '{"app_password":{"description":"Read from TF_VAR_app_password","type":"string","sensitive":true,"nullable":false}}',
    );
  });

  it.each([
    "APP_PASSWORD",
    "TF_VAR_",
    "TF_VAR_1x",
    "TF_VAR_a-b",
    "TF_VAR_a b",
  ])("refuses %s, which Terraform does not read", (name) => {
    expect(() => SensitiveInput.fromEnvironment(name)).toThrow(
      `"${name}" is not an environment variable that Terraform reads`,
    );
  });

  it("refuses a name that another construct of the stack has", () => {
    const stack = newStack();
    WebTarget.fromName(stack, "taken", "/t");
    expect(() => SensitiveInput.fromEnvironment("TF_VAR_taken").bind(stack)).toThrow(
      /the stack has a construct of that id already/,
    );
  });

  it("refuses a variable of the same name that is not sensitive", () => {
    const stack = newStack();
    new TerraformVariable(stack, "password", { type: "string" });
    expect(() => SensitiveInput.fromEnvironment("TF_VAR_password").bind(stack)).toThrow(
      'the variable "password" is not sensitive',
    );
  });

  it("refuses a secret of another stack, which cdktf would copy into both states", () => {
    const [stack, other] = [newStack({}, "first"), newStack({}, "second")];
    const variable = new TerraformVariable(stack, "hidden", { type: "string", sensitive: true });
    expect(() => SensitiveInput.fromVariable(variable).bind(other)).toThrow(
      'a secret of the stack "first" is used in "second"',
    );
  });

  it("takes a variable only if it is sensitive", () => {
    const stack = newStack();
    const open = new TerraformVariable(stack, "open", { type: "string" });
    const hidden = new TerraformVariable(stack, "hidden", { type: "string", sensitive: true });
    expect(() => SensitiveInput.fromVariable(open)).toThrow('the variable "open" is not sensitive');
    new TerraformOutput(stack, "out", { value: SensitiveInput.fromVariable(hidden).bind(stack) });
    expect(stack).toHaveOutput("out", { value: reference("var.hidden") });
  });

  it("takes an attribute of another resource, but no text", () => {
    const stack = newStack();
    const { rotatedSecretName } = newSecret(stack);
    const value = SensitiveInput.fromReference(rotatedSecretName).bind(stack);
    new TerraformOutput(stack, "out", { value });
    expect(stack).toHaveOutput("out", { value: expect.stringMatching(/secret_.*\.name/) });
    expect(() => SensitiveInput.fromReference("hunter2")).toThrow(/not a text/);
  });

  it("warns about each plain text, and does not repeat it", () => {
    const stack = newStack();
    expect(SensitiveInput.unsafePlainText("hunter2").bind(stack)).toBe("hunter2");
    const [warning] = warningsAt(stack);
    expect(warning).toMatch(/declared in plain text/);
    expect(warning).not.toContain("hunter2");
  });
});
