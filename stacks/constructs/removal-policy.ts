import { Annotations, type TerraformDataSource } from "cdktf";
import type { Construct } from "constructs";
import { forgetProviderResource, type ItemKind } from "./forget.ts";
import { NullStep } from "./null-step.ts";
import type { Managed } from "./out-of-state.ts";

/**
 * What happens to an item or a Web Target whose code you remove. `destroy`: it is deleted. `retain`:
 * Terraform never deletes it.
 */
export type RemovalPolicy = "destroy" | "retain";

/** The allowed values of {@link RemovalPolicy}. */
export const REMOVAL_POLICIES = ["destroy", "retain"] as const satisfies RemovalPolicy[];

/**
 * Takes an item out of the provider's hands, which deletes whatever it looked after: the next deploy
 * makes Terraform forget it, without a call to Akeyless that changes anything.
 *
 * @param existing the data source that fails the plan if the item does not exist
 */
export function retain(
  scope: Construct,
  kind: ItemKind,
  path: string,
  existing: readonly TerraformDataSource[] = [],
): Managed {
  Annotations.of(scope).addWarning(
    `removalPolicy is "retain": the next deploy takes ${path} out of Terraform's state and leaves it in Akeyless as it is. Until you delete this code, nothing of it is created or changed`,
  );
  const step = new NullStep(scope, "Resource", {
    triggers: { item: path },
    dependsOn: existing,
  });
  forgetProviderResource(step, kind);
  return { resource: step, name: path, existence: step.id };
}
