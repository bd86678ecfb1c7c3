import { isCredential, namesCredential, namesCredentialInUrl } from "../../../common/credential.ts";
import { toUrl } from "../../../common/url.ts";
import { base64Inside, jsonInside, leavesOf, textsInside } from "./leaves.ts";
import { isKnownName } from "./payload-names.ts";

/** Values that the domain knows to be secret as a whole, apart from names that say so. */
const WHOLE = new Set(["custom_payload", "generated_config"]);
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
const NO_VALUES = new Set(["references", "depends_on"]);
/** `"key" = "value"` or `key: "value"` in the text of an expression. */
const PAIR =
  /(?:"((?:[^"\\]|\\.){1,200})"|\b([A-Za-z_][\w-]{0,200}))\s*[=:]\s*"((?:[^"\\]|\\.)+)"/g;

/** `password=value`, as in a command line, and `"password": "value"` inside of other text. */
const PAIR_IN_TEXT =
  /([A-Za-z_][\w-]{0,200})(?:=([^\s"',;&]+)|["']?\s*[=:]\s*(?:"((?:[^"\\]|\\.)+)"|'([^']+)'))/g;
/** What Terraform is told to hide, where it is written down. */
const SENSITIVE_LITERAL = /(?<!non)sensitive\(\s*"((?:[^"\\]|\\.)+)"/g;

/** Most texts hold neither a URL, a key, a pair, an expression nor JSON, and are not looked at further. */
const MAY_HOLD = /[=:]|-----BEGIN|\$\{|^\s*[[{]|^(?:ey[JAI]|ewo|W[3yw])/;

/**
 * The second net: what the domain knows to be a credential, no matter who marked it. Values below a key
 * that names a credential, payloads but for their open fields, private keys, passwords and
 * parameters in URLs; at any depth, also in JSON inside of a text and in Terraform's expressions.
 */
export function* domainSecrets(document: unknown): Generator<string> {
  const waiting: unknown[] = [document];
  // A plan has each payload four times and more.
  const texts = new Set<string>();
  const payloads = new Set<string>();
  const isNew = (known: Set<string>, text: string) => known.size < known.add(text).size;
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === "string") {
      if (!isNew(texts, value)) continue;
      yield* secretsInText(value);
      waiting.push(jsonInside(value) ?? jsonInside(base64Inside(value) ?? ""));
    } else if (Array.isArray(value)) {
      for (const inner of value) if (isLookedInto(inner)) waiting.push(inner);
    } else if (typeof value === "object" && value !== null) {
      const fields = value as Readonly<Record<string, unknown>>;
      // A list of settings, as containers have it.
      if (typeof fields.name === "string" && isCredentialName(fields.name)) {
        yield* fromField(fields.name, fields.value);
      }
      for (const key of Object.keys(fields)) {
        const inner = fields[key];
        if (inner === null || typeof inner === "boolean" || NO_VALUES.has(key)) continue;
        if (isCredentialName(key)) {
          const isKnown = WHOLE.has(key) && typeof inner === "string" && !isNew(payloads, inner);
          if (!isKnown) yield* fromField(key, inner);
        }
        if (isLookedInto(inner)) waiting.push(inner);
      }
    }
  }
}

const isLookedInto = (value: unknown): boolean =>
  typeof value === "string" ? MAY_HOLD.test(value) : typeof value === "object" && value !== null;

/** `authentication_credentials` names a mode, not a credential. */
const isMode = (value: unknown): boolean =>
  typeof value === "string" ? /^use-(user|target|self)-creds$/.test(value) : false;

function* fromField(key: string, value: unknown): Generator<string> {
  if (WHOLE.has(key)) yield* secretsOfPayload(value);
  else if (!isMode(value)) yield* literalsBelow(value);
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
    if (isExpression(value)) yield* pairsOf(value, () => true);
    else yield* textsInside(value);
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

/** An expression is code, and the literals in it are found on their own. */
function* ownTexts(value: unknown): Generator<string> {
  for (const leaf of leavesOf(value)) {
    if (isExpression(leaf) || isMode(leaf)) continue;
    yield* textsInside(leaf);
  }
}

function* secretsInText(text: string): Generator<string> {
  if (text.includes("-----BEGIN") && isCredential(text)) yield text;
  if (text.includes("://")) yield* secretsInUrls(text);
  if (!isExpression(text)) yield* pairsInText(text);
  else {
    yield* pairsOf(text, isCredentialName);
    for (const [, value = ""] of text.matchAll(SENSITIVE_LITERAL)) yield* literal(value);
  }
}

function* pairsInText(text: string): Generator<string> {
  for (const [, name = "", bare, quoted, single] of text.matchAll(PAIR_IN_TEXT)) {
    if (isCredentialName(name)) yield* literal(bare ?? quoted ?? single ?? "");
  }
}

/** As it is written, and as it is meant. */
function* literal(written: string): Generator<string> {
  if (isExpression(written)) return;
  yield written;
  yield written.replace(/\\(.)/g, "$1");
}

function* pairsOf(text: string, isSecret: (name: string) => boolean): Generator<string> {
  for (const [, quoted, bare, value = ""] of text.matchAll(PAIR)) {
    const name = quoted ?? bare ?? "";
    const isOpen = Object.hasOwn(OPEN, name) && OPEN[name] === true;
    if (!isOpen && isSecret(name)) yield* literal(value);
  }
}

/** User names and passwords, parameters that carry authority, and fragments. */
function* secretsInUrls(text: string): Generator<string> {
  for (const [written] of text.matchAll(/[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>]+/gi)) {
    const url = toUrl(written);
    if (url === undefined) continue;
    const { username, password, search, hash } = url;
    for (const part of [
      password,
      username === "" || password !== "" ? "" : username,
      hash.slice(1),
    ]) {
      if (part !== "") yield* bothSpellings(part);
    }
    for (const pair of search.slice(1).split("&")) {
      const [, name = "", value = ""] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
      if (namesCredentialInUrl(name)) yield* bothSpellings(value);
    }
  }
}

function* bothSpellings(part: string): Generator<string> {
  yield part;
  try {
    yield decodeURIComponent(part);
  } catch {
    // No text in UTF-8: the spelling itself is all there is.
  }
}

const isExpression = (text: string): boolean => text.includes("$" + "{");

const names = new Map<string, boolean>();

/** A plan repeats its names thousands of times; a hostile one must not fill the memory by that. */
function isCredentialName(name: string): boolean {
  const known = names.get(name);
  if (known !== undefined) return known;
  const found = namesCredential(name.slice(0, 200)) || WHOLE.has(name);
  if (names.size < 10_000) names.set(name, found);
  return found;
}
