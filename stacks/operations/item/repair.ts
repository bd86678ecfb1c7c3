import { KitError } from "../../../common/errors/kit-error.ts";
import { isCustomRotatedSecret } from "../../attributes/item.ts";
import type { Gateway } from "../../gateway/client.ts";

/** Where the right payload comes from. */
export type RepairSource =
  | { readonly from: "version"; readonly version: number }
  | { readonly from: "password"; readonly password: string };

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
  const item = await gateway.describeItem(name);
  if (!isCustomRotatedSecret(item)) throw new KitError("item_not_custom", { name });
  const stored = await gateway.readPayload(name);
  const payload =
    source.from === "version"
      ? await gateway.readPayload(name, source.version)
      : prover.withPassword(stored, source.password);
  const what = source.from === "version" ? `version ${source.version}` : "the given password";
  await proveOrRefuse(prover, payload, name, what);
  const before = item.last_version ?? null;
  const done = { kind: "secret", name, from: source.from, version_before: before } as const;
  if (payload === stored) return { ...done, outcome: "unchanged", version_after: before };
  const now = (await gateway.describeItem(name)).last_version ?? null;
  if (now !== before || (await gateway.readPayload(name)) !== stored) {
    throw new KitError("item_changed", { name, before: before ?? "?", after: now ?? "?" });
  }
  await gateway.updateSecret(name, { "custom-payload": payload });
  const after = (await gateway.describeItem(name)).last_version ?? null;
  return { ...done, outcome: "repaired", version_after: after };
}

async function proveOrRefuse(
  prover: Prover,
  payload: string,
  name: string,
  what: string,
): Promise<void> {
  const { system, probe } = await prover.prove(payload);
  if (probe.result === "valid") return;
  if (probe.result === "invalid") throw new KitError("repair_refused", { name, system, what });
  const reason = probe.reason ?? "unknown";
  throw new KitError("repair_refused.unknown", { name, system, what, reason });
}
