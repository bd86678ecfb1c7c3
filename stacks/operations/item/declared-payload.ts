import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import type { EnvironmentVariables } from "../../../common/environment-variables.ts";
import { KitError } from "../../../common/errors/kit-error.ts";
import { readJson, writeJson } from "../../../common/json.ts";
import { type Item, rotationDetails } from "../../attributes/item.ts";
import {
  isReference,
  readBootstrapPayload,
  readTemplate,
} from "../../declaration/payload-template.ts";
import type { Gateway } from "../../gateway/client.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What became of the payload of an item. */
export interface PayloadOutcome {
  readonly outcome: "unchanged" | "updated" | "corrected" | "refused" | "unread";
  /** Names of the fields that were changed. */
  readonly changed: readonly string[];
  /** Why nothing was written. */
  readonly reason?: string;
}

/** Fields by which a payload belongs to one account; another account is another credential. */
const IDENTITY = ["system", "username"] as const;

/** Where the password travels; the declaration may choose the other name. */
const PASSWORD_FIELDS = ["current_password", "password"] as const;

/** Rotations that may come in between before this gives up. */
const MAX_TRIES = 3;

/**
 * Brings the payload of an item to what was declared. What is secret in it stays as it is live: the
 * payload is read, its other fields are changed, and it is written back; where a rotation comes in
 * between, the payload of that rotation is taken and written again. Only while an item has never
 * rotated successfully is a first password that was wrong replaced by the one that is given now.
 */
export async function applyDeclaredPayload(
  gateway: Gateway,
  item: Item,
  environment: EnvironmentVariables,
): Promise<PayloadOutcome> {
  const template = environment.ROTATION_KIT_PAYLOAD_TEMPLATE;
  if (!template) return { outcome: "unchanged", changed: [] };
  const name = item.item_name;
  const stored = await readable(gateway, name);
  if (stored === undefined) return { outcome: "unread", changed: [] };
  if (neverRotated(item)) {
    const first = given(environment);
    if (first === undefined || isSame(first, stored)) return { outcome: "unchanged", changed: [] };
    await gateway.updateSecret(name, { "custom-payload": first });
    return { outcome: "corrected", changed: ["payload"] };
  }
  return merge(gateway, name, readTemplate(template), stored, item.last_version ?? 0);
}

async function merge(
  gateway: Gateway,
  name: string,
  declared: unknown,
  first: string,
  version: number,
): Promise<PayloadOutcome> {
  let stored: Stored | undefined = { text: first, version };
  let names: readonly string[] = [];
  for (let tries = 0; tries < MAX_TRIES && stored !== undefined; tries += 1) {
    const { text, version: before }: Stored = stored;
    const live = fieldsOf(text);
    if (!isFields(declared) || live === undefined) return { outcome: "unchanged", changed: [] };
    const refusal = otherAccount(declared, live);
    if (refusal !== undefined) return { outcome: "refused", changed: [], reason: refusal };
    const wanted = merged(declared, live);
    const changed = differing(wanted, live);
    if (changed.length === 0)
      return { outcome: tries > 0 ? "updated" : "unchanged", changed: names };
    names = changed;
    const unclear = await rotatorsOwn(gateway, name, before, { declared, live, changed });
    if (unclear.length > 0)
      return { outcome: "refused", changed: [], reason: mayBeTheirs(unclear) };
    const ours = writeJson(wanted);
    stored = await written(gateway, name, ours, before);
    if (stored?.text === ours) return { outcome: "updated", changed };
  }
  return {
    outcome: "refused",
    changed: [],
    reason: "the item rotated again and again while its payload was changed: deploy again",
  };
}

/** A payload of the item, and its version. */
interface Stored {
  readonly text: string;
  readonly version: number;
}

/**
 * Writes a payload over that of version `before`, and returns what is live then. That is another one
 * where a rotation came in between: one that came after the write has stored what opens the account;
 * of one that came before it, unseen, the payload is put back.
 *
 * @returns undefined where one rotation after the other comes in between
 */
async function written(
  gateway: Gateway,
  name: string,
  payload: string,
  before: number,
): Promise<Stored | undefined> {
  let [text, seen] = [payload, before];
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    await gateway.updateSecret(name, { "custom-payload": text, "keep-prev-version": "true" });
    const version = (await gateway.describeItem(name)).last_version ?? 0;
    if (version <= seen + 1) return { text, version };
    const live = await gateway.readPayload(name, version);
    if (!isSame(live, text)) return { text: live, version };
    text = await gateway.readPayload(name, version - 1);
    seen = version;
  }
  return undefined;
}

const declaredPasswordPolicy = z.looseObject({
  length: z.number(),
  lowercase: z.boolean(),
  uppercase: z.boolean(),
  numbers: z.boolean(),
  symbols: z.boolean(),
});

/**
 * Whether the live password keeps the policy that the payload declares; undefined where the value
 * may not be read, or where one of both is not there.
 */
export async function keepsPolicy(
  gateway: Gateway,
  name: string,
  { ROTATION_KIT_PAYLOAD_TEMPLATE: template }: EnvironmentVariables,
): Promise<boolean | undefined> {
  const declared = template ? readTemplate(template) : undefined;
  const policy = declaredPasswordPolicy.safeParse(
    isFields(declared) ? declared.policy : undefined,
  ).data;
  const stored = policy && (await readable(gateway, name));
  const live = stored === undefined ? undefined : fieldsOf(stored);
  const password = live && PASSWORD_FIELDS.map((field) => live[field]).find(isText);
  if (!policy || password === undefined) return undefined;
  const has = (wanted: boolean, pattern: RegExp) => pattern.test(password) === wanted;
  return (
    [...password].length === policy.length &&
    has(policy.lowercase, /[a-z]/) &&
    has(policy.uppercase, /[A-Z]/) &&
    has(policy.numbers, /\d/) &&
    has(policy.symbols, /[^A-Za-z0-9]/)
  );
}

const isText = (value: unknown): value is string => typeof value === "string";

async function readable(
  gateway: Gateway,
  name: string,
  version?: number,
): Promise<string | undefined> {
  try {
    return await gateway.readPayload(name, version);
  } catch (error) {
    const code = error instanceof KitError ? error.code : undefined;
    if (code === "access_denied") return undefined;
    if (code === "item_not_found" && version !== undefined) return undefined;
    throw error;
  }
}

/** The first payload, where every variable that it needs is set. */
function given(environment: EnvironmentVariables): string | undefined {
  try {
    return readBootstrapPayload(environment);
  } catch (error) {
    if (error instanceof KitError && error.code === "payload_missing") return undefined;
    throw error;
  }
}

const neverRotated = (item: Item): boolean =>
  item.last_rotation_date === undefined &&
  !/succeeded/i.test(rotationDetails(item).rotator_status ?? "");

function fieldsOf(text: string): Fields | undefined {
  try {
    const value = readJson(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isReference(value);

const isSame = (one: string, other: string): boolean => {
  const [a, b] = [fieldsOf(one), fieldsOf(other)];
  return a === undefined || b === undefined ? one === other : isDeepStrictEqual(a, b);
};

/** With `users` the served account changes with each rotation: then the set of accounts counts. */
function otherAccount(declared: Fields, live: Fields): string | undefined {
  const accounts = (fields: Fields) =>
    Array.isArray(fields.users)
      ? [fields.system, ...fields.users.map((user) => user?.username).sort()]
      : IDENTITY.map((name) => fields[name]);
  if (isDeepStrictEqual(accounts(declared), accounts(live))) return undefined;
  return "its payload now names another system or account, whose password nobody but you knows: declare it as an item of its own, or out of state change payloadVersion";
}

/**
 * What another rotator may have changed: fields that are not as the version before had them. The kit's
 * own rotator leaves alone what is declared, but for what {@link merged} keeps.
 */
async function rotatorsOwn(
  gateway: Gateway,
  name: string,
  version: number,
  { declared, live, changed }: Record<"declared" | "live", Fields> & { changed: string[] },
): Promise<string[]> {
  if ("system" in declared) return [];
  const before = version > 1 ? await readable(gateway, name, version - 1) : undefined;
  const former = before === undefined ? undefined : fieldsOf(before);
  return changed.filter((field) => !former || !isDeepStrictEqual(former[field], live[field]));
}

const mayBeTheirs = (fields: readonly string[]): string =>
  `its payload differs from the declaration in ${fields.join(", ")}, which the last rotation may have changed: declare what your rotator changes as a sensitive input, or rotate once with rotation-kit rotate and deploy again`;

function merged(declared: Fields, live: Fields): Fields {
  const alternating = Array.isArray(live.users);
  // The rotator's, once it has rotated: which account it serves, and which key.
  const kept = ["key_id", "key_name", ...(alternating ? ["username", "users", "active"] : [])];
  const plain = Object.entries(declared).filter(
    ([name, value]) => !(kept.includes(name) && name in live) && !holdsSecret(value),
  );
  const result: Record<string, unknown> = {
    ...renamed(declared, live),
    ...Object.fromEntries(plain),
  };
  // Without a declared policy the system's own one applies again.
  if ("system" in declared && declared.policy === undefined) delete result.policy;
  return result;
}

/** The live fields, the password under the name that is declared. */
function renamed(declared: Fields, live: Fields): Fields {
  const wanted = PASSWORD_FIELDS.find((name) => name in declared);
  const present = PASSWORD_FIELDS.find((name) => name in live);
  if (wanted === undefined || present === undefined || wanted === present) return live;
  return Object.fromEntries(
    Object.entries(live).map(([name, value]) => [name === present ? wanted : name, value]),
  );
}

function holdsSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return isReference(value) || Object.values(value).some(holdsSecret);
}

const differing = (wanted: Fields, live: Fields): string[] =>
  [...new Set([...Object.keys(wanted), ...Object.keys(live)])]
    .filter((name) => !isDeepStrictEqual(wanted[name], live[name]))
    .sort();
