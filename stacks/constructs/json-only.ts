import { App, type TerraformStack } from "cdktf";
import { sharedMap } from "./kind.ts";

/**
 * Adds blocks to a stack that cdktf writes into JSON only: `cdktf synth --hcl` would leave them out
 * without a word, and refuses instead.
 */
export function addJsonOnly(stack: TerraformStack, path: string, blocks: unknown): void {
  stack.addOverride(path, blocks);
  const [block = path] = path.split(".");
  const sentences = refusals.get(stack);
  if (sentences !== undefined) {
    sentences.add(block);
    return;
  }
  const kinds = new Set([block]);
  refusals.set(stack, kinds);
  stack.node.addValidation({
    validate: () =>
      App.of(stack).hclOutput
        ? [
            `cdktf synth --hcl cannot write the blocks ${[...kinds].sort().join(" and ")}, without which Terraform would do something else: synthesize JSON, which Terraform reads as well`,
          ]
        : [],
  });
}

const refusals = sharedMap<TerraformStack, Set<string>>("refusals");
