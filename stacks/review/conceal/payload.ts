import { base64Inside, jsonInside, leavesOf } from "./leaves.ts";
import { isKnownName } from "./payload-names.ts";

/** What is open in a payload. */
type Open = true | { readonly [name: string]: Open };

const POLICY: Open = {
  ...{ length: true, uppercase: true, lowercase: true, numbers: true, symbols: true },
  allowed_symbols: true,
};

/**
 * What a payload says openly: it is in names and logs too. The rotator keeps item, users and counts
 * in `_rotation`, beside the sealed passwords.
 */
const OPEN: Readonly<Record<string, Open>> = {
  ...{ system: true, username: true, rotation_interval_s: true, active: true },
  ...{ policy: POLICY, former_policies: POLICY },
  users: { username: true },
  _rotation: {
    ...{ v: true, gen: true, gens: true, kid: true, policyId: true, at: true },
    ...{ users: true, item: true },
  },
};

/** Where a configuration lists addresses instead of values. */
export const NO_VALUES = new Set(["references", "depends_on"]);
/** `"key" = "value"` or `key: "value"` in the text of an expression. */
const PAIR =
  /(?:"((?:[^"\\]|\\.){1,200})"|\b([A-Za-z_][\w-]{0,200}))\s*[=:]\s*"((?:[^"\\]|\\.)+)(?:"|\\?$)/g;

/** Fields that hold a payload as text, in an item and in what the provider reads of one. */
const PAYLOADS = new Set(["custom_payload", "payload"]);

/**
 * Every text of a secret value, and every text inside of those, at any depth: in JSON, in Base64, and
 * after the scheme of an HTTP header. What lies inside may be shown elsewhere without its cover. Of a
 * payload it leaves what is open.
 */
export function* secretsBelow(value: unknown): Generator<string> {
  // What is inside of a text is shorter than the text, so there is an end.
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === "number") yield String(next);
    else if (typeof next === "string") {
      yield next;
      waiting.push(...insideOf(next));
    } else if (typeof next === "object" && next !== null) {
      for (const [key, inner] of Object.entries(next)) {
        if (!Array.isArray(next)) waiting.push(key);
        if (PAYLOADS.has(key) && typeof inner === "string" && jsonInside(inner) !== undefined) {
          yield inner;
          yield* secretsOfPayload(inner);
        } else waiting.push(inner);
      }
    }
  }
}

function* insideOf(text: string): Generator<unknown> {
  yield jsonInside(text);
  const [, scheme, value] = /^(basic|bearer|token)\s+(\S+)$/i.exec(text) ?? [];
  yield value;
  const decoded = base64Inside(value ?? text);
  if (decoded === undefined) return;
  yield decoded;
  if (/basic/i.test(scheme ?? "")) yield decoded.slice(decoded.indexOf(":") + 1);
}

/** Everything in a payload but the open fields at its top. */
export function* secretsOfPayload(value: unknown): Generator<string> {
  if (typeof value !== "string") {
    // In a configuration the text lies one level deeper, as constant_value.
    if (typeof value === "object" && value !== null) {
      for (const inner of Object.values(value)) {
        if (typeof inner === "string") yield* secretsOfPayload(inner);
      }
    }
    return;
  }
  const inside = jsonInside(value);
  if (inside === undefined) {
    if (holdsExpression(value)) yield* pairsOf(value, () => true);
    yield* secretsBelow(value);
    return;
  }
  yield* closedParts(inside, OPEN, false);
}

/** What lies in a structure beside its open parts; the names of the others too, but for those at the top. */
function* closedParts(value: unknown, open: Open, withNames = true): Generator<string> {
  const isList = Array.isArray(value);
  if (typeof value !== "object" || value === null) {
    if (open !== true) yield* ownTexts(value);
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    const here = isList
      ? open
      : open !== true && Object.hasOwn(open, name)
        ? open[name]
        : undefined;
    if (here === undefined || (isList && Array.isArray(inner))) {
      if (withNames && !isList && !isKnownName(name)) yield name;
      yield* literalsBelow(inner);
    } else {
      yield* closedParts(inner, here);
    }
  }
}

/** Every text of a value; of an argument in the code, what is written down and not referred to. */
export function* literalsBelow(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) {
    yield* ownTexts(value);
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    if (!NO_VALUES.has(key)) yield* ownTexts(inner);
  }
}

/** Also what looks like an expression: a password may. */
function* ownTexts(value: unknown): Generator<string> {
  for (const leaf of leavesOf(value)) {
    if (isMode(leaf)) continue;
    yield* secretsBelow(leaf);
  }
}

/** `authentication_credentials` names a mode, not a credential. */
export const isMode = (value: unknown): boolean =>
  typeof value === "string" ? /^use-(user|target|self)-creds$/.test(value) : false;

/** As it is written, and as it is meant. */
export function* literalTexts(written: string): Generator<string> {
  if (isMode(written)) return;
  yield written;
  yield written.replace(/\\(.)/g, "$1");
}

export function* pairsOf(text: string, isSecret: (name: string) => boolean): Generator<string> {
  for (const [, quoted, bare, value = ""] of text.matchAll(PAIR)) {
    const name = quoted ?? bare ?? "";
    const isOpen = Object.hasOwn(OPEN, name) && OPEN[name] === true;
    if (!isOpen && isSecret(name)) yield* literalTexts(value);
  }
}

export const holdsExpression = (text: string): boolean => text.includes("$" + "{");
