import type { Clock } from "../../common/clock.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import { plainText } from "../../common/plain-text.ts";
import { type Item, rotationDetails } from "../attributes/item.ts";
import type { Gateway } from "../gateway/client.ts";
import type { RotationOutcome } from "./documents.ts";

/** Time limit of a rotation in seconds where an item shows none: the API's default on create. */
export const DEFAULT_TIMEOUT_SEC = 40;

/** What one rotation did to an item. */
export type ObservedRotation = Extract<RotationOutcome, { outcome: "rotated" }>;

/**
 * Rotates an item once and reads back what became of it.
 *
 * @throws KitError `rotation_failed` with the item's own error, where the gateway says so or
 * its answer was positive but the item shows a failure.
 */
export async function rotateOnce(
  gateway: Gateway,
  before: Item,
  clock: Clock,
): Promise<ObservedRotation> {
  const name = before.item_name;
  const started = clock.monotonic();
  await gateway.rotate(name, rotationDetails(before).timeout_seconds || DEFAULT_TIMEOUT_SEC);
  const ms = Math.round(clock.monotonic() - started);
  const after = await gateway.describeItem(name);
  const error = rotationError(after);
  if (error) throw new KitError("rotation_failed", { name, words: error });
  return {
    name,
    outcome: "rotated",
    version_before: before.last_version ?? null,
    version_after: after.last_version ?? null,
    status: rotationDetails(after).rotator_status ?? null,
    ms,
  };
}

/** Why the last rotation of an item failed; undefined where it did not, or there was none. */
export function rotationError(item: Item): string | undefined {
  const { rotator_status, last_rotation_error } = rotationDetails(item);
  const failed = /fail/i.test(rotator_status ?? "");
  if (last_rotation_error) return plainText(last_rotation_error);
  return failed ? `${rotator_status} without an error text` : undefined;
}
