import type { TerraformResourceLifecycle } from "cdktf";
import type { NullStep } from "./null-step.ts";
import { terraformAddress } from "./terraform-address.ts";

/**
 * What a plan does when a resource gets another name or another target: it replaces the resource.
 *
 * What is adopted is not replaced, because OpenTofu counts a step that begins as a change and would
 * replace what it imports. The name is an ignored change too, so that a new one would change nothing,
 * in silence: the plan is refused instead.
 *
 * @param identity the step whose triggers hold the declared name as `item`
 */
export function onNewIdentity(
  identity: NullStep,
  adopts: boolean,
): Pick<TerraformResourceLifecycle, "replaceTriggeredBy" | "postcondition"> {
  const step = terraformAddress(identity);
  if (!adopts) return { replaceTriggeredBy: [step] };
  const declared = `${step}.triggers.item`;
  const bare = (name: string) => `trimprefix(${name}, "/")`;
  return {
    postcondition: [
      {
        condition: `\${${bare("self.name")} == ${bare(declared)}}`,
        errorMessage: `The code renames \${self.name} to \${${declared}} while it has adoptExisting. Nothing was changed. Deploy with the former name and without adoptExisting, then rename it (docs/guides/change-an-item.md).`,
      },
    ],
  };
}
