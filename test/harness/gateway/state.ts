import * as z from "zod";
import type { StaticSecret, StoredItem, StoredTarget } from "./model.ts";
import type { ApiUser } from "./options.ts";

const FORMAT = "rotation-kit/gateway-state/v1";

const moment = z.number();

/** What the gateway relies on; the other fields of an item are taken as they were written. */
const itemSchema = z.looseObject({
  id: z.int(),
  name: z.string().startsWith("/"),
  targetId: z.int(),
  timeoutSeconds: z.number(),
  tags: z.array(z.string()),
  enabled: z.boolean(),
  schedule: z.looseObject({ autoRotate: z.boolean(), eventsBefore: z.array(z.number()) }),
  remoteAccess: z.looseObject({ hosts: z.array(z.string()) }),
  policy: z.looseObject({}),
  stored: z.looseObject({}),
  versions: z
    .array(
      z.object({
        version: z.int(),
        payload: z.string(),
        createdAt: moment,
        accessId: z.string(),
      }),
    )
    .min(1),
  lastVersion: z.int(),
  createdAt: moment,
  modifiedAt: moment,
});

const targetSchema = z.looseObject({
  id: z.int(),
  name: z.string().startsWith("/"),
  url: z.string(),
  versions: z.array(z.object({ version: z.int(), url: z.string(), createdAt: moment })).min(1),
  lastVersion: z.int(),
  createdAt: moment,
  modifiedAt: moment,
});

const staticSchema = z.object({
  id: z.int(),
  createdAt: moment,
  name: z.string().startsWith("/"),
  description: z.string(),
  deleteProtection: z.boolean(),
  value: z.string(),
  lastVersion: z.int(),
  modifiedAt: moment,
});

/** Who is who in the account; it stays the same over restarts. */
export interface AccountIdentity {
  readonly users: readonly [ApiUser, ...ApiUser[]];
  readonly accountId: string;
  readonly gatewayAccessId: string;
  readonly controlToken: string;
}

const capabilities = z.array(z.enum(["create", "read", "update", "delete", "list"]));

const usersSchema = z
  .array(
    z.strictObject({
      accessId: z.string().min(1),
      accessKey: z.string().min(1),
      paths: z.array(z.string()).exactOptional(),
      capabilities: capabilities.exactOptional(),
      rules: z
        .array(z.strictObject({ path: z.string().startsWith("/"), capabilities }))
        .exactOptional(),
      uidToken: z.string().min(1).exactOptional(),
      jwtClaims: z.record(z.string(), z.string()).exactOptional(),
      jwtKeys: z
        .object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) })
        .exactOptional(),
    }),
  )
  .min(1)
  .transform((users) => users as unknown as AccountIdentity["users"]);

const identitySchema = z.object({
  users: usersSchema,
  accountId: z.string(),
  gatewayAccessId: z.string(),
  controlToken: z.string(),
});

/** Everything that an account holds, with its secrets. */
export interface GatewayState {
  readonly format: typeof FORMAT;
  /** The gateway's time, milliseconds since the epoch. */
  readonly now: number;
  readonly lastId: number;
  readonly identity?: AccountIdentity;
  readonly items: readonly StoredItem[];
  readonly targets: readonly StoredTarget[];
  readonly statics: readonly StaticSecret[];
}

const stateSchema = z.object({
  format: z.literal(FORMAT),
  now: moment,
  lastId: z.int(),
  identity: identitySchema.exactOptional(),
  items: z.array(itemSchema),
  targets: z.array(targetSchema),
  statics: z.array(staticSchema).default([]),
});

/** What one moment changed. */
export interface StateChange {
  readonly now: number;
  readonly lastId: number;
  readonly items: readonly StoredItem[];
  readonly targets: readonly StoredTarget[];
  readonly statics: readonly StaticSecret[];
  /** Ids of items and targets that are gone. */
  readonly removed: readonly number[];
}

const changeSchema = stateSchema
  .omit({ format: true, identity: true })
  .extend({ removed: z.array(z.int()) });

/** A state from a file or a request; throws zod's error for anything else. */
export function parseState(value: unknown): GatewayState {
  return stateSchema.parse(value) as unknown as GatewayState;
}

/** API users from a file; throws zod's error for anything else. */
export function parseUsers(value: unknown): AccountIdentity["users"] {
  return usersSchema.parse(value);
}

/** A change from a file. */
export function parseChange(value: unknown): StateChange {
  return changeSchema.parse(value) as unknown as StateChange;
}

/** A state in the form of the current format. */
export function gatewayState(parts: Omit<GatewayState, "format">): GatewayState {
  return { format: FORMAT, ...parts };
}

/** The state after these changes. */
export function applyChanges(state: GatewayState, changes: readonly StateChange[]): GatewayState {
  const items = new Map(state.items.map((item) => [item.id, item]));
  const targets = new Map(state.targets.map((target) => [target.id, target]));
  const statics = new Map(state.statics.map((secret) => [secret.id, secret]));
  let { now, lastId } = state;
  for (const change of changes) {
    ({ now, lastId } = change);
    for (const item of change.items) items.set(item.id, item);
    for (const target of change.targets) targets.set(target.id, target);
    for (const secret of change.statics) statics.set(secret.id, secret);
    for (const id of change.removed) for (const all of [items, targets, statics]) all.delete(id);
  }
  return {
    ...state,
    ...{ now, lastId },
    items: [...items.values()],
    targets: [...targets.values()],
    statics: [...statics.values()],
  };
}
