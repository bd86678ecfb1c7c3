import { type Item, rotationDetails } from "../attributes/item.ts";
import { type ItemStatus, TROUBLES } from "./documents.ts";
import { rotationError } from "./rotation.ts";

/** Milliseconds that a schedule may be late before it counts: gateways do not rotate on the dot. */
const GRACE_MS = 15 * 60_000;

/** Judges one item at the time `now` (milliseconds since the epoch). */
export function itemStatus(item: Item, now: number): ItemStatus {
  const error = rotationError(item);
  const { last_rotation_date: last, next_rotation_date: next } = item;
  return {
    name: item.item_name,
    trouble: trouble(item, error, now),
    last_rotation: last ?? null,
    next_rotation: next ?? null,
    age_ms: last ? now - Date.parse(last) : null,
    version: item.last_version ?? null,
    error: error ?? null,
  };
}

/** Worst first; within the same trouble the oldest password first. */
export function byTrouble(a: ItemStatus, b: ItemStatus): number {
  return (
    TROUBLES.indexOf(a.trouble) - TROUBLES.indexOf(b.trouble) ||
    (b.age_ms ?? Number.MAX_SAFE_INTEGER) - (a.age_ms ?? Number.MAX_SAFE_INTEGER) ||
    (a.name < b.name ? -1 : 1)
  );
}

function trouble(item: Item, error: string | undefined, now: number): ItemStatus["trouble"] {
  if (error) return "failed";
  const next = item.next_rotation_date;
  if (item.auto_rotate && next && Date.parse(next) + GRACE_MS < now) return "overdue";
  const rotated =
    item.last_rotation_date || /succe/i.test(rotationDetails(item).rotator_status ?? "");
  if (!rotated) return "never-rotated";
  return item.auto_rotate ? "ok" : "manual";
}
