import { KitError } from "../../../common/errors/kit-error.ts";
import { isCustomRotatedSecret } from "../../attributes/item.ts";
import type { Gateway } from "../../gateway/client.ts";

/** What a login with a payload said; see the rotator's `Proof`. */
interface Proof {
  readonly system: string;
  readonly probe: { readonly result: "valid" | "invalid" | "unknown"; readonly reason?: string };
}

/** The rotator's part of a repair; tests bring their own. */
export interface Prover {
  /** One login with the credential that a payload serves. */
  prove(payload: string): Promise<Proof>;
  /** The payload with another password. */
  withPassword(payload: string, password: string): string;
}

/** An item as it was read. */
export interface ItemBefore {
  readonly name: string;
  readonly payload: string;
  readonly version: number | null;
}

/** Reads an item's payload with its version. @throws KitError `item_not_custom` */
export async function readStored(gateway: Gateway, name: string): Promise<ItemBefore> {
  const item = await gateway.describeItem(name);
  if (!isCustomRotatedSecret(item)) throw new KitError("item_not_custom", { name });
  return { name, payload: await gateway.readPayload(name), version: item.last_version ?? null };
}

/**
 * Stores a payload in an item, after one login has proved it; the one before stays as a version. Resolves to the version afterwards,
 * which is the one before where the item holds that payload already.
 *
 * @param what the source of the payload, for the sentence of a refusal
 * @throws KitError `repair_refused` where the login does not prove it, `item_changed` where somebody
 * changed the item in between; the item stays as it is
 */
export async function storeProved(
  gateway: Gateway,
  { name, payload: stored, version: before }: ItemBefore,
  payload: string,
  prover: Pick<Prover, "prove">,
  what: string,
): Promise<number | null> {
  const { system, probe } = await prover.prove(payload);
  if (probe.result === "invalid") throw new KitError("repair_refused", { name, system, what });
  if (probe.result === "unknown") {
    const reason = probe.reason ?? "unknown";
    throw new KitError("repair_refused.unknown", { name, system, what, reason });
  }
  if (payload === stored) return before;
  const now = (await gateway.describeItem(name)).last_version ?? null;
  if (now !== before || (await gateway.readPayload(name)) !== stored) {
    throw new KitError("item_changed", { name, before: before ?? "?", after: now ?? "?" });
  }
  await gateway.updateSecret(name, { "custom-payload": payload, "keep-prev-version": "true" });
  return (await gateway.describeItem(name)).last_version ?? null;
}
