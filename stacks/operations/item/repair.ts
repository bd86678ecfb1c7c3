import type { Gateway } from "../../gateway/client.ts";
import { type Prover, readStored, storeProved } from "./store-proved.ts";

/** Where the right payload comes from. */
export type RepairSource =
  | { readonly from: "version"; readonly version: number }
  | { readonly from: "password"; readonly password: string };

/** What a repair did. */
export interface Repair {
  readonly kind: "secret";
  readonly name: string;
  /** `unchanged`: the item holds the right payload already. */
  readonly outcome: "repaired" | "unchanged";
  readonly from: "version" | "password";
  readonly version_before: number | null;
  readonly version_after: number | null;
}

/**
 * Stores the right payload in an item, after one login has proved it: the payload of an earlier
 * version, or the present one with a password that a person has set.
 *
 * @throws KitError `repair_refused` where the login does not prove it, `item_changed` where somebody
 * changed the item in between; the item stays as it is
 */
export async function repairItem(
  gateway: Gateway,
  name: string,
  source: RepairSource,
  prover: Prover,
): Promise<Repair> {
  const stored = await readStored(gateway, name);
  const payload =
    source.from === "version"
      ? await gateway.readPayload(name, source.version)
      : prover.withPassword(stored.payload, source.password);
  const what = source.from === "version" ? `version ${source.version}` : "the given password";
  const after = await storeProved(gateway, stored, payload, prover, what);
  return {
    kind: "secret",
    name,
    from: source.from,
    outcome: payload === stored.payload ? "unchanged" : "repaired",
    version_before: stored.version,
    version_after: after,
  };
}
