import { itemPath } from "../../../common/item-path.ts";
import { fieldOf, type PayloadFacts } from "../../rules/evidence/payload.ts";
import type { Attributes } from "../../rules/model.ts";
import { asText } from "../../rules/values.ts";
import type { ReviewedItem } from "./item.ts";
import { idsOf } from "./steps.ts";

/** Something that goes and something that comes, which look like one and the same. */
export interface Rename {
  readonly from: string;
  readonly to: string;
  /** The line that keeps the item: of the catalog, or of Terraform. */
  readonly repair: string;
}

/**
 * Items that the plan destroys at one address and creates at another, although it is the same item:
 * by name, or by target and account where that leaves one possibility only.
 */
export function renamesOf(items: readonly ReviewedItem[]): Rename[] {
  const come = items.filter(({ resource }) => resource.change === "create");
  const byName = grouped(come, nameNow);
  const byAccount = grouped(come, accountNow);
  const gone = items.filter(({ resource, deposed }) => resource.change === "delete" && !deposed);
  return gone.flatMap((old): Rename[] => {
    const { kind, resource } = old;
    const [named] = byName.get(nameKey(kind, resource.before)) ?? [];
    const alike = byAccount.get(accountKey(kind, resource.before, resource.payloadBefore));
    const [only] = alike?.size === 1 ? alike : [];
    const found = named ?? only;
    if (found === undefined) return [];
    byName.get(nameNow(found))?.delete(found);
    byAccount.get(accountNow(found))?.delete(found);
    return [{ from: old.address, to: found.address, repair: repairOf(old, found) }];
  });
}

const nameNow = ({ kind, resource }: ReviewedItem) => nameKey(kind, resource.attributes);
const accountNow = ({ kind, resource }: ReviewedItem) =>
  accountKey(kind, resource.attributes, resource.payload);

function nameKey(kind: string, attributes: Attributes | undefined): string | undefined {
  const name = asText(attributes?.name);
  return name === undefined ? undefined : `${kind} ${itemPath(name)}`;
}

/** Same target, same system, same account. */
function accountKey(
  kind: string,
  attributes: Attributes | undefined,
  payload: PayloadFacts | undefined,
): string | undefined {
  const target = asText(attributes?.target_name);
  const [system, username] = ["system", "username"].map(
    (name) => payload && fieldOf(payload, name)?.fingerprint,
  );
  if (target === undefined || system === undefined || username === undefined) return undefined;
  return `${kind} ${system} ${username} ${target}`;
}

function grouped(
  items: readonly ReviewedItem[],
  keyOf: (item: ReviewedItem) => string | undefined,
): ReadonlyMap<string | undefined, Set<ReviewedItem>> {
  const groups = new Map<string | undefined, Set<ReviewedItem>>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, new Set([item]));
    else group.add(item);
  }
  return groups;
}

function repairOf(old: ReviewedItem, now: ReviewedItem): string {
  const name = old.address.replace(/^.*\./, "");
  const ids = idsOf(name);
  if (ids === name) return `moved { from = ${old.address}  to = ${now.address} }`;
  return `renamedFrom(construct, ${JSON.stringify(ids)})`;
}
