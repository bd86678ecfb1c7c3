import { PROTECTION_STEP } from "../../attributes/protection-step.ts";
import type { ResourceChange } from "../read/plan-schema.ts";
import type { ReviewedItem } from "./item.ts";

/** The ids of the constructs in a name that cdktf gave: without the hash at its end. */
export const idsOf = (name: string): string => name.replace(/_[0-9A-F]{8}$/, "");

/** Types that do nothing on their own: triggers, guards, checks, and what they read. */
const HELPERS = /^(null_resource|terraform_data|external|akeyless_.+)$/;

/**
 * Tells for which item a helper works. Triggers, guards, checks and the kit's own steps lie below
 * the item's construct, so their names begin alike. Undefined for what is on its own.
 */
export function ownersOf(
  items: readonly Pick<ReviewedItem, "address">[],
): (
  change: Pick<ResourceChange, "type" | "name" | "index" | "module_address">,
) => string | undefined {
  const owners = new Map<string, string>();
  for (const { address } of items) {
    const [name = "", module] = nameAndModule(address);
    owners.set(keyOf(module, idsOf(name)), address);
  }
  return ({ type, name: given, index, module_address: module }) => {
    if (!HELPERS.test(type)) return undefined;
    // The step that protects all items of a stack has an instance for each, named like its resource.
    const name = given === PROTECTION_STEP && typeof index === "string" ? index : given;
    const ids = idsOf(name).split("_");
    // Without a hash at the end the name was given by hand, and tells nothing.
    if (idsOf(name) === name) return undefined;
    for (let length = ids.length; length > 0; length--) {
      const owner = owners.get(keyOf(module, ids.slice(0, length).join("_")));
      if (owner !== undefined) return owner;
    }
    return undefined;
  };
}

const keyOf = (module: string | undefined, ids: string): string =>
  JSON.stringify([module ?? "", ids]);

/** The name of a resource in its address, and the module that it is in. */
function nameAndModule(address: string): [string | undefined, string | undefined] {
  const [, module, name] =
    /^(?:(module\..+?)\.)?(?:data\.)?[\w-]+\.([\w-]+)(?:\[.*\])?$/s.exec(address) ?? [];
  return [name, module];
}
