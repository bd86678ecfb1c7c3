import type { Clock } from "../../common/clock.ts";
import { plainText } from "../../common/plain-text.ts";
import type { Gateway } from "../gateway/client.ts";
import { type Item, rotationDetails } from "../gateway/item.ts";
import { OperationsError } from "./errors.ts";

/** Time limit of a rotation in seconds where an item shows none: the API's default on create. */
export const DEFAULT_TIMEOUT_SEC = 40;

/** What one rotation did to an item. */
export interface Rotation {
  readonly name: string;
  readonly versionBefore: number | null;
  readonly versionAfter: number | null;
  /** As the gateway reports it, for example "RotationSucceeded". */
  readonly status: string | null;
  /** Milliseconds from the request to the gateway's verdict. */
  readonly ms: number;
}

/**
 * Rotates an item once and reads back what became of it.
 *
 * @throws OperationsError `rotation_failed` with the item's own error, where the gateway says so or
 * its answer was positive but the item shows a failure.
 */
export async function rotateOnce(gateway: Gateway, before: Item, clock: Clock): Promise<Rotation> {
  const name = before.item_name;
  const started = clock.now();
  await gateway.rotate(name, rotationDetails(before).timeout_seconds || DEFAULT_TIMEOUT_SEC);
  const ms = clock.now() - started;
  const after = await gateway.describeItem(name);
  const error = rotationError(after);
  if (error)
    throw new OperationsError("rotation_failed", `the rotation of ${name} failed: ${error}`);
  return {
    name,
    versionBefore: before.last_version ?? null,
    versionAfter: after.last_version ?? null,
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
