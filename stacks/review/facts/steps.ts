import { PROTECTION_STEP } from "../../attributes/protection-step.ts";
import type { ResourceChange } from "../read/plan-schema.ts";
import type { ReviewedItem } from "./item.ts";

/** The ids of the constructs in a name that cdktf gave: without the hash at its end. */
export const idsOf = (name: string): string => name.replace(/_[0-9A-F]{8}$/, "");

/** Longest name that tells an owner; cdktf's names have at most 250 characters. */
const LONGEST = 1000;

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
  const modules = new Map<string | undefined, Map<string, string>>();
  for (const { address } of items) {
    const [name = "", module] = nameAndModule(address);
    const owners = modules.get(module) ?? new Map<string, string>();
    modules.set(module, owners.set(idsOf(name), address));
  }
  return ({ type, name: given, index, module_address: module }) => {
    if (!HELPERS.test(type)) return undefined;
    // The step that protects all items of a stack has an instance for each, named like its resource.
    const name = given === PROTECTION_STEP && typeof index === "string" ? index : given;
    // Without a hash at the end the name was given by hand, and tells nothing.
    if (name.length > LONGEST || idsOf(name) === name) return undefined;
    const owners = modules.get(module);
    if (owners === undefined) return undefined;
    const ids = idsOf(name).split("_");
    for (let length = ids.length; length > 0; length--) {
      const owner = owners.get(ids.slice(0, length).join("_"));
      if (owner !== undefined) return owner;
    }
    return undefined;
  };
}

/** The name of a resource in its address, and the module that it is in. */
function nameAndModule(address: string): [string | undefined, string | undefined] {
  const [, module, name] =
    /^(?:(module\..+?)\.)?(?:data\.)?[\w-]+\.([\w-]+)(?:\[.*\])?$/s.exec(address) ?? [];
  return [name, module];
}
