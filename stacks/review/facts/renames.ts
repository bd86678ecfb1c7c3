import { itemPath } from "../../../common/item-path.ts";
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
  const gone = items.filter(({ resource, deposed }) => resource.change === "delete" && !deposed);
  const come = new Set(items.filter(({ resource }) => resource.change === "create"));
  return gone.flatMap((old): Rename[] => {
    const found = partnerOf(
      old,
      [...come].filter(({ kind }) => kind === old.kind),
    );
    if (found === undefined) return [];
    come.delete(found);
    return [{ from: old.address, to: found.address, repair: repairOf(old, found) }];
  });
}

function partnerOf(
  old: ReviewedItem,
  candidates: readonly ReviewedItem[],
): ReviewedItem | undefined {
  const name = nameOf(old, "before");
  const byName = candidates.find(
    (candidate) => name !== undefined && nameOf(candidate, "attributes") === name,
  );
  if (byName !== undefined) return byName;
  const alike = candidates.filter((candidate) => isAlike(old, candidate));
  return alike.length === 1 ? alike[0] : undefined;
}

function nameOf({ resource }: ReviewedItem, side: "before" | "attributes"): string | undefined {
  const name = asText(resource[side]?.name);
  return name === undefined ? undefined : itemPath(name);
}

/** Same target, same system, same account. */
function isAlike(old: ReviewedItem, candidate: ReviewedItem): boolean {
  const [before, after] = [old.resource.payloadBefore, candidate.resource.payload];
  const target = asText(old.resource.before?.target_name);
  if (target === undefined || target !== asText(candidate.resource.attributes.target_name))
    return false;
  return ["system", "username"].every((field) => {
    const then = before?.fields.find(({ path }) => path === field)?.fingerprint;
    const now = after?.fields.find(({ path }) => path === field)?.fingerprint;
    return then !== undefined && then === now;
  });
}

function repairOf(old: ReviewedItem, now: ReviewedItem): string {
  const name = old.address.replace(/^.*\./, "");
  const ids = idsOf(name);
  if (ids === name) return `moved { from = ${old.address}  to = ${now.address} }`;
  return `renamedFrom(construct, ${JSON.stringify(ids)})`;
}
