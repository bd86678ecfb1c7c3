import { type TerraformResource, TerraformStack } from "cdktf";
import { RotatedSecretCustom } from "../akeyless/rotated-secret-custom.ts";
import { TargetWeb } from "../akeyless/target-web.ts";
import { addJsonOnly } from "./json-only.ts";
import { sharedMap } from "./kind.ts";

/** What the provider has resources for. */
export type ItemKind = "secret" | "target";

const removed = sharedMap<TerraformStack, unknown[]>("removed");

/**
 * Lets Terraform forget the provider's resource that the same construct may have been before,
 * instead of deleting the item with it. Does nothing where there is none.
 */
export function forgetProviderResource(steps: TerraformResource, kind: ItemKind): void {
  const stack = TerraformStack.of(steps);
  const type = kind === "secret" ? RotatedSecretCustom.tfResourceType : TargetWeb.tfResourceType;
  const blocks = removed.get(stack) ?? [];
  removed.set(stack, blocks);
  blocks.push({ from: `${type}.${steps.friendlyUniqueId}`, lifecycle: { destroy: false } });
  addJsonOnly(stack, "removed", blocks);
}
