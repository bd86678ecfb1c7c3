import type { Gateway } from "../../gateway/client.ts";
import { type FieldMove, type MigrationOptions, migratedPayload } from "./migrated-payload.ts";
import { type Prover, readStored, storeProved } from "./store-proved.ts";

/** What a migration did, or would do. */
export interface Migration {
  readonly kind: "secret";
  readonly name: string;
  readonly outcome: "planned" | "migrated" | "unchanged";
  readonly fields: FieldMove[];
  readonly version_before: number | null;
  readonly version_after: number | null;
}

/**
 * Rewrites the live payload of another rotator for ours, and stores it after one login has proved it.
 * Without a prover it only says what would become of each field: no login, nothing stored.
 *
 * @throws KitError `migration_refused`, `repair_refused` where the login does not prove it,
 * `item_changed` where somebody changed the item in between; the item stays as it is
 */
export async function migrateItem(
  gateway: Gateway,
  name: string,
  options: MigrationOptions,
  prover?: Pick<Prover, "prove">,
): Promise<Migration> {
  const stored = await readStored(gateway, name);
  const { payload, fields } = migratedPayload(name, stored.payload, options);
  const before = stored.version;
  const done = { kind: "secret", name, fields, version_before: before } as const;
  if (prover === undefined) return { ...done, outcome: "planned", version_after: before };
  const after = await storeProved(gateway, stored, payload, prover, "the password of the payload");
  return {
    ...done,
    outcome: payload === stored.payload ? "unchanged" : "migrated",
    version_after: after,
  };
}
