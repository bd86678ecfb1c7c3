import {
  App,
  LocalBackend,
  TerraformOutput,
  TerraformStack,
  TerraformVariable,
  Testing,
} from "cdktf";
import { expect, it } from "vitest";
import { resolvedOnce } from "../../../../stacks/constructs/resolve-once.ts";

it("represents the expression, with what is known only at synth", () => {
  const stack = new TerraformStack(new App(), "test");
  const variable = new TerraformVariable(stack, "name", { type: "string" });
  new TerraformOutput(stack, "output", { value: resolvedOnce(`hello ${variable.stringValue}`) });
  const { output } = JSON.parse(Testing.synth(stack));
  expect(output.output.value).toBe(`hello \${var.name}`);
});

it("keeps what one stack takes from another", () => {
  const app = new App({ outdir: "unused" });
  const [from, to] = ["from", "to"].map((id) => {
    const stack = new TerraformStack(app, id);
    new LocalBackend(stack, { path: `${id}.tfstate` });
    return stack;
  }) as [TerraformStack, TerraformStack];
  const variable = new TerraformVariable(from, "name", { type: "string" });
  new TerraformOutput(to, "output", { value: resolvedOnce(variable.stringValue) });
  to.prepareStack();
  const { output } = JSON.parse(Testing.synth(to));
  expect(output.output.value).toMatch(/^\$\{data\.terraform_remote_state\.[\w-]+\.outputs\./);
});
