import type { Clock } from "../../common/clock.ts";
import { defined } from "../../common/defined.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import { type Item, isCustomRotatedSecret } from "../attributes/item.ts";
import type { Gateway } from "../gateway/client.ts";
import { adviceOn, asDocument } from "./advice.ts";
import type { HealedItem } from "./documents.ts";
import { rotateOnce, rotationError } from "./rotation.ts";
import { byTrouble, itemStatus } from "./status.ts";

/** Milliseconds before the second try of an item; doubled for each further one. */
const BACKOFF_MS = 30_000;

/** So many items in a row that cannot be healed: the cause is elsewhere, and the others wait. */
const GIVE_UP_AFTER = 5;

/** The bounds of one run. */
export interface HealOptions {
  readonly clock: Clock;
  /** Most items that are rotated. */
  readonly max: number;
  /** Most tries of one item. */
  readonly attempts: number;
  /** Called as each item ends. */
  ended(item: HealedItem, error: KitError | undefined): void;
}

/**
 * Rotates the custom rotated secrets whose last rotation failed, or whose next one should have
 * happened: the gateway does not try again by itself. One after the other, worst first. What a
 * repetition cannot help is left to a person.
 */
export async function heal(
  gateway: Gateway,
  listed: readonly Item[],
  { clock, max, attempts, ended }: HealOptions,
): Promise<HealedItem[]> {
  const now = clock.now();
  const ill = listed
    .filter(isCustomRotatedSecret)
    .map((item) => ({ item, status: itemStatus(item, now) }))
    .filter(({ status: { trouble } }) => trouble === "failed" || trouble === "overdue")
    .sort((a, b) => byTrouble(a.status, b.status));
  const healed: HealedItem[] = [];
  let rotated = 0;
  let failures = 0;
  for (const { item, status } of ill) {
    const { name, trouble } = status;
    const left = definitiveError(item);
    let error: KitError | undefined = left;
    let outcome: HealedItem["outcome"] = "needs-a-person";
    if (left === undefined && (rotated >= max || failures >= GIVE_UP_AFTER)) {
      outcome = "not-started";
    } else if (left === undefined) {
      rotated += 1;
      error = await rotateWithPatience(gateway, item, attempts, clock);
      outcome = error === undefined ? "healed" : "failed";
      failures = error === undefined ? 0 : failures + 1;
    }
    const result = {
      name,
      trouble,
      outcome,
      ...defined({ error: error ? asDocument(error) : undefined }),
    };
    healed.push(result);
    ended(result, error);
  }
  return healed;
}

/** The error of the last rotation, where repeating cannot help. */
function definitiveError(item: Item): KitError | undefined {
  const words = rotationError(item);
  if (words === undefined) return undefined;
  const error = new KitError("rotation_failed", { name: item.item_name, words });
  return adviceOn(error).kind === "definitive" ? error : undefined;
}

async function rotateWithPatience(
  gateway: Gateway,
  item: Item,
  attempts: number,
  clock: Clock,
): Promise<KitError | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rotateOnce(gateway, item, clock);
      return undefined;
    } catch (error) {
      if (!(error instanceof KitError)) throw error;
      if (attempt === attempts || adviceOn(error).kind === "definitive") return error;
      await clock.sleep(BACKOFF_MS * 2 ** (attempt - 1));
    }
  }
}
