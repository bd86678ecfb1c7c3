import { itemPath } from "../../../common/item-path.ts";
import type { Attribute } from "../../attributes/attribute.ts";
import { SECRET_ATTRIBUTES, TARGET_ATTRIBUTES } from "../../attributes/attributes.ts";
import { compare, type SettingDifference, unseen } from "../../attributes/compare.ts";
import { isCustomRotatedSecret } from "../../attributes/item.ts";
import type { Gateway } from "../../gateway/client.ts";
import { ifFound } from "../item/find.ts";
import { mapPooled } from "../pool.ts";
import { type Declared, isOutOfState } from "./declared.ts";

/** How one declared item or Web Target is. */
export interface DriftOf {
  readonly stack: string;
  readonly address: string;
  readonly kind: "secret" | "target";
  readonly name: string | null;
  /** `unknown`: only Terraform can work out its name, so it was not looked at. */
  readonly state: "same" | "different" | "missing" | "unknown";
  readonly differences: readonly SettingDifference[];
  /** Declared attributes that nobody can see through the API. */
  readonly unseen: readonly string[];
  /** Attributes whose declared value only Terraform can work out. */
  readonly unresolved: readonly string[];
}

/** Compares everything that is declared with what a gateway has. */
export async function driftOf(gateway: Gateway, declared: readonly Declared[]): Promise<DriftOf[]> {
  return mapPooled(declared, async (entry) => {
    const { name } = entry;
    if (name === undefined) return result(entry, "unknown");
    if (entry.kind === "target") {
      const target = await ifFound(gateway.describeTarget(name), "target_not_found");
      return target ? judged(entry, TARGET_ATTRIBUTES, target) : result(entry, "missing");
    }
    const item = await ifFound(gateway.describeItem(name), "item_not_found");
    return item ? judged(entry, SECRET_ATTRIBUTES, item) : result(entry, "missing");
  });
}

/** Names of the custom rotated secrets below `path` that no stack declares. */
export async function undeclaredBelow(
  gateway: Gateway,
  path: string,
  declared: readonly Declared[],
): Promise<string[]> {
  const known = new Set(
    declared.flatMap(({ kind, name }) => (kind === "secret" && name ? [itemPath(name)] : [])),
  );
  const items = await gateway.listRotatedSecrets(path);
  return items
    .filter(isCustomRotatedSecret)
    .map(({ item_name }) => item_name)
    .filter((name) => !known.has(itemPath(name)))
    .sort();
}

function judged<Live>(
  entry: Declared,
  attributes: readonly Attribute<Live>[],
  live: Live,
): DriftOf {
  const comparable = attributes.filter(({ name }) => !entry.unresolved.includes(name));
  const differences = compare(comparable, entry.settings, live).map((difference) => ({
    ...difference,
    seenByProvider:
      difference.seenByProvider &&
      !isOutOfState(entry) &&
      !entry.ignored.includes(difference.attribute),
  }));
  return {
    ...result(entry, differences.length > 0 ? "different" : "same"),
    differences,
    unseen: unseen(attributes, entry.settings, live),
  };
}

function result(entry: Declared, state: DriftOf["state"]): DriftOf {
  const { stack, address, kind, name = null, unresolved } = entry;
  return { stack, address, kind, name, state, differences: [], unseen: [], unresolved };
}
