import { isCredential, namesCredential, namesCredentialInUrl } from "../../../common/credential.ts";
import { toUrl } from "../../../common/url.ts";
import { base64Inside, jsonInside } from "./leaves.ts";
import {
  holdsExpression,
  isMode,
  literalsBelow,
  literalTexts,
  NO_VALUES,
  pairsOf,
  secretsOfPayload,
} from "./payload.ts";

/** Values that the domain knows to be secret as a whole, apart from names that say so. */
const WHOLE = new Set(["custom_payload", "generated_config"]);
/**
 * `password=value`, as in a command line, and `"password": "value"` inside of other text. A name begins
 * where a word does, so that a long word is read once and not from each of its characters.
 */
const PAIR_IN_TEXT =
  /(?<![\w-])([\w-]+)(?:=([^\s"',;&]+)|["']?\s*[=:]\s*(?:"((?:[^"\\]|\\.)+)(?:"|\\?$)|'([^']+)(?:'|$)))/g;
/** What Terraform is told to hide, where it is written down. */
const SENSITIVE_LITERAL = /(?<!non)sensitive\(\s*"((?:[^"\\]|\\.)+)(?:"|\\?$)/g;

/** Characters that a pattern reads at once, and how many of them it reads twice. */
const WINDOW = 500_000;
const OVERLAP = 10_000;

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
      const { name, value: named } = fields;
      if (named !== undefined && typeof name === "string" && isCredentialName(name)) {
        yield* fromField(name, named);
      }
      for (const key in fields) {
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

function* fromField(key: string, value: unknown): Generator<string> {
  if (WHOLE.has(key)) yield* secretsOfPayload(value);
  else if (!isMode(value)) yield* literalsBelow(value);
}

function* secretsInText(text: string): Generator<string> {
  if (text.includes("-----BEGIN") && isCredential(text)) yield text;
  const isCode = holdsExpression(text);
  for (const window of windowsOf(text)) {
    if (window.includes("://")) yield* secretsInUrls(window);
    yield* pairsInText(window);
    if (isCode) {
      yield* pairsOf(window, isCredentialName);
      for (const [, value = ""] of window.matchAll(SENSITIVE_LITERAL)) yield* literalTexts(value);
    }
  }
}

/**
 * A text in parts that overlap: a pattern keeps a place for each character that it may go back to, on
 * a stack that ends at some millions. A value that is longer than a part is found as far as that goes.
 */
function* windowsOf(text: string): Generator<string> {
  for (let at = 0; at === 0 || at + OVERLAP < text.length; at += WINDOW - OVERLAP)
    yield text.slice(at, at + WINDOW);
}

function* pairsInText(text: string): Generator<string> {
  for (const [, name = "", bare, quoted, single] of text.matchAll(PAIR_IN_TEXT)) {
    if (isCredentialName(name)) yield* literalTexts(bare ?? quoted ?? single ?? "");
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

const names = new Map<string, boolean>();

/** A plan repeats its names thousands of times; a hostile one must not fill the memory by that. */
function isCredentialName(name: string): boolean {
  const known = names.get(name);
  if (known !== undefined) return known;
  const found = namesCredential(name.slice(0, 200)) || WHOLE.has(name);
  if (names.size < 10_000) names.set(name, found);
  return found;
}
