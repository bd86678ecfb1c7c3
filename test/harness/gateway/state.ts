import * as z from "zod";
import { type AccountIdentity, identitySchema } from "./identity.ts";
import type { StaticSecret, StoredItem, StoredTarget } from "./model.ts";

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

const tokenSchema = z.object({ token: z.string(), accessId: z.string(), expires: moment });

const sessionSchema = z.object({
  id: z.string(),
  itemId: z.int(),
  user: z.string(),
  openedAt: moment,
  closedAt: moment.exactOptional(),
  rotateAt: moment.exactOptional(),
});

/** An API token, with the access id of its user. */
export type KeptToken = Readonly<z.output<typeof tokenSchema>>;

/** A Secure Remote Access session, with the rotation that is planned after it. */
export type KeptSession = Readonly<z.output<typeof sessionSchema>>;

/** Everything that an account holds, with its secrets. */
export interface GatewayState {
  readonly format: typeof FORMAT;
  /** The gateway's time, milliseconds since the epoch. */
  readonly now: number;
  readonly lastId: number;
  /** How much of the seed's numbers is used up. */
  readonly drawn: number;
  readonly identity?: AccountIdentity;
  readonly items: readonly StoredItem[];
  readonly targets: readonly StoredTarget[];
  readonly statics: readonly StaticSecret[];
  readonly sessions: readonly KeptSession[];
  readonly tokens: readonly KeptToken[];
}

const stateSchema = z.object({
  format: z.literal(FORMAT),
  now: moment,
  lastId: z.int(),
  drawn: z.int().default(0),
  identity: identitySchema.exactOptional(),
  items: z.array(itemSchema),
  targets: z.array(targetSchema),
  statics: z.array(staticSchema).default([]),
  sessions: z.array(sessionSchema).default([]),
  tokens: z.array(tokenSchema).default([]),
});

/** What one moment changed: what was written, and the ids of items and targets that are gone. */
export type StateChange = Omit<GatewayState, "format" | "identity"> & {
  readonly removed: readonly number[];
};

const changeSchema = stateSchema
  .omit({ format: true, identity: true })
  .extend({ removed: z.array(z.int()) });

/** A state from a file or a request; throws zod's error for anything else. */
export function parseState(value: unknown): GatewayState {
  return stateSchema.parse(value) as unknown as GatewayState;
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
  const sessions = new Map(state.sessions.map((session) => [session.id, session]));
  const tokens = new Map(state.tokens.map((kept) => [kept.token, kept]));
  let { now, lastId, drawn } = state;
  for (const change of changes) {
    ({ now, lastId, drawn } = change);
    for (const item of change.items) items.set(item.id, item);
    for (const target of change.targets) targets.set(target.id, target);
    for (const secret of change.statics) statics.set(secret.id, secret);
    for (const session of change.sessions) sessions.set(session.id, session);
    for (const kept of change.tokens) tokens.set(kept.token, kept);
    for (const id of change.removed) for (const all of [items, targets, statics]) all.delete(id);
  }
  return {
    ...state,
    ...{ now, lastId, drawn },
    items: [...items.values()],
    targets: [...targets.values()],
    statics: [...statics.values()],
    sessions: [...sessions.values()],
    tokens: [...tokens.values()],
  };
}
