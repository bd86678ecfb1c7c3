import type { Item } from "../../attributes/item.ts";
import type { Gateway } from "../../gateway/client.ts";

/** An older payload that was written over a newer one. */
export interface Overwritten {
  /** The version whose payload is stored now once more. */
  readonly older: number;
  /** The newest version with another payload: the one that was lost. */
  readonly newer: number;
}

/** So many versions before the present one are read. */
const DEPTH = 5;

/**
 * Whether an item holds the payload of an earlier version again, although a newer version had another
 * one: what an apply leaves that was planned before a rotation. Reads values, and keeps none.
 *
 * @throws KitError `access_denied` where this identity may not read the value
 */
export async function overwritten(gateway: Gateway, item: Item): Promise<Overwritten | undefined> {
  const last = item.last_version ?? 0;
  const stored = await gateway.readPayload(item.item_name);
  let newer: number | undefined;
  for (let version = last - 1; version >= Math.max(1, last - DEPTH); version -= 1) {
    const payload = await gateway.readPayload(item.item_name, version);
    if (payload === stored && newer !== undefined) return { older: version, newer };
    if (payload !== stored) newer ??= version;
  }
  return undefined;
}
