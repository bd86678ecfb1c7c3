import { type Item, rotationDetails } from "../gateway/item.ts";
import { rotationError } from "./rotation.ts";

/** How an item is doing, worst first. */
export const TROUBLES = ["failed", "overdue", "never-rotated", "manual", "ok"] as const;

/** One item of a status report. Dates are RFC 3339. */
export interface ItemStatus {
  readonly name: string;
  /**
   * `failed`: the last rotation failed · `overdue`: the next one should have happened ·
   * `never-rotated` · `manual`: no schedule · `ok`
   */
  readonly trouble: (typeof TROUBLES)[number];
  readonly lastRotation: string | null;
  readonly nextRotation: string | null;
  /** Milliseconds since the last rotation. */
  readonly ageMs: number | null;
  readonly version: number | null;
  readonly error: string | null;
}

/** Milliseconds that a schedule may be late before it counts: gateways do not rotate on the dot. */
const GRACE_MS = 15 * 60_000;

/** Judges one item at the time `now` (milliseconds since the epoch). */
export function itemStatus(item: Item, now: number): ItemStatus {
  const error = rotationError(item);
  const { last_rotation_date: last, next_rotation_date: next } = item;
  return {
    name: item.item_name,
    trouble: trouble(item, error, now),
    lastRotation: last ?? null,
    nextRotation: next ?? null,
    ageMs: last ? now - Date.parse(last) : null,
    version: item.last_version ?? null,
    error: error ?? null,
  };
}

/** Worst first; within the same trouble the oldest password first. */
export function byTrouble(a: ItemStatus, b: ItemStatus): number {
  return (
    TROUBLES.indexOf(a.trouble) - TROUBLES.indexOf(b.trouble) ||
    (b.ageMs ?? Number.MAX_SAFE_INTEGER) - (a.ageMs ?? Number.MAX_SAFE_INTEGER) ||
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
