/**
 * Shortest text that is looked for in the output: shorter ones occur by chance in names and
 * numbers, and hiding them would make the review unreadable without protecting anything.
 */
export const MIN_SECRET_LENGTH = 6;

/**
 * How much of a text is compared with secrets that begin alike: so many characters for each of the text,
 * and some more. Only a plan that is made to take forever needs more; then the rest counts as secret.
 */
const MOST_COMPARED = 200;
const ALWAYS_COMPARED = 1_000_000;

/** What is written in place of a secret. */
export const HIDDEN = "(hidden)";

/**
 * The third net: what is secret in one place is secret everywhere. Terraform loses its own marks on
 * imports, on deposed objects and in outputs. Finds a secret in its plain form, and as JSON, URL,
 * HTML or Base64 would spell it.
 */
export class SecretValues {
  readonly #spellings = new Set<string>();
  /**
   * How long the spellings are that begin with these characters, each length once, the longest first:
   * a text is searched once, however many there are.
   */
  readonly #lengths = new Map<string, readonly number[]>();
  /** Whether a spelling begins with characters of that hash: most of a text needs no further look. */
  readonly #starts = new Uint8Array(2 ** (32 - UNUSED_BITS));
  readonly #known = new Set<string>();
  /** Characters that may still be compared in the text at hand. */
  #left = 0;

  add(secret: string): void {
    if (secret.length < MIN_SECRET_LENGTH || this.#known.has(secret)) return;
    this.#known.add(secret);
    for (const spelling of spellings(secret)) {
      if (spelling.length >= MIN_SECRET_LENGTH) this.#addSpelling(spelling);
    }
  }

  #addSpelling(spelling: string): void {
    const { length } = spelling;
    const start = spelling.slice(0, MIN_SECRET_LENGTH);
    const lengths = this.#lengths.get(start);
    this.#spellings.add(spelling);
    if (lengths === undefined) this.#starts[hashOf(start) >>> UNUSED_BITS] = 1;
    if (lengths?.includes(length)) return;
    this.#lengths.set(
      start,
      [...(lengths ?? []), length].sort((one, other) => other - one),
    );
  }

  /** Whether a secret occurs anywhere in the text. */
  isIn(text: string): boolean {
    this.#begin(text);
    return this.#next(text, 0) >= 0;
  }

  /** The text with {@link HIDDEN} in place of each secret. */
  hide(text: string): string {
    this.#begin(text);
    let at = this.#next(text, 0);
    if (at < 0) return text;
    let result = "";
    let from = 0;
    for (; at >= 0; at = this.#next(text, from)) {
      result += text.slice(from, at) + HIDDEN;
      from = this.#endOf(text, at);
    }
    return result + text.slice(from);
  }

  #begin(text: string): void {
    this.#left = ALWAYS_COMPARED + MOST_COMPARED * text.length;
  }

  /** Where the next secret begins; -1 where none does. Rolls a hash over the text, as Rabin and Karp do. */
  #next(text: string, from: number): number {
    let hash = 0;
    for (let end = from; end < text.length; end++) {
      hash = (Math.imul(hash, BASE) + text.charCodeAt(end)) | 0;
      const at = end + 1 - MIN_SECRET_LENGTH;
      if (at > from) hash = (hash - Math.imul(text.charCodeAt(at - 1), LEAVING)) | 0;
      if (at < from || this.#starts[hash >>> UNUSED_BITS] !== 1) continue;
      if (this.#longestAt(text, at) > 0) return at;
    }
    return -1;
  }

  /** Where the longest secret ends that begins here, with those that overlap with it. */
  #endOf(text: string, at: number): number {
    let end = at + this.#longestAt(text, at);
    for (let next = at + 1; next < end; next++) {
      end = Math.max(end, next + this.#longestAt(text, next));
    }
    return end;
  }

  #longestAt(text: string, at: number): number {
    for (const length of this.#lengths.get(text.slice(at, at + MIN_SECRET_LENGTH)) ?? []) {
      if (at + length > text.length) continue;
      this.#left -= length;
      if (this.#left < 0) return text.length - at;
      if (this.#spellings.has(text.slice(at, at + length))) return length;
    }
    return 0;
  }
}

/** Of the 32 bits of a hash. */
const UNUSED_BITS = 12;
const BASE = 0x01_00_01_93;
/** The factor that a character has when it leaves the characters that are hashed. */
const LEAVING = Array.from({ length: MIN_SECRET_LENGTH }).reduce<number>(
  (power) => Math.imul(power, BASE),
  1,
);

function hashOf(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) {
    hash = (Math.imul(hash, BASE) + text.charCodeAt(at)) | 0;
  }
  return hash;
}

/** Texts of these characters alone are the same in JSON, in a URL and in HTML. */
const SAME_EVERYWHERE = /^[A-Za-z0-9_.~-]*$/;

function* spellings(secret: string): Generator<string> {
  yield secret;
  // A host is written in small letters.
  yield secret.toLowerCase();
  yield* inBase64(secret);
  yield Buffer.from(secret).toString("hex");
  if (!SAME_EVERYWHERE.test(secret)) yield* escaped(secret);
}

/** Alone, and as a part of something longer, wherever in its groups of three bytes it begins. */
function* inBase64(secret: string): Generator<string> {
  const bytes = Buffer.from(`\0\0${secret}`);
  const alone = bytes.subarray(2).toString("base64");
  const inside = [0, 1, 2].map((before) => {
    const around = bytes.subarray(2 - before);
    const whole = Math.floor((around.length * 8) / 6);
    return around.toString("base64").slice(Math.ceil((before * 8) / 6), whole);
  });
  for (const spelling of [alone, ...inside]) {
    yield spelling;
    if (/[+/=]/.test(spelling)) {
      yield spelling.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    }
  }
}

function* escaped(secret: string): Generator<string> {
  const json = JSON.stringify(secret).slice(1, -1);
  yield json;
  // Terraform escapes the characters of HTML in JSON.
  yield json.replace(/[<>&]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);
  yield secret.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  yield* forWeb(secret);
  if (json !== secret) {
    // JSON is often a part of a URL, of a page, of Base64, or of JSON.
    yield* forWeb(json);
    yield* inBase64(json);
    yield Buffer.from(json).toString("hex");
    yield json.toLowerCase();
    yield JSON.stringify(json).slice(1, -1);
  }
  for (const line of secret.split(/[\r\n]+/)) {
    if (line.length >= 16 && !line.startsWith("-----")) yield line;
  }
}

/** As a part of a URL, of a form, and of a page. */
function* forWeb(text: string): Generator<string> {
  const url = encoded(text);
  yield url;
  yield url.replaceAll("%20", "+");
  yield url.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
  yield url.toLowerCase();
  // A form escapes more characters, for example the apostrophe.
  const form = new URLSearchParams([["", text]]).toString().slice(1);
  yield form;
  yield form.replaceAll("+", "%20");
  yield html(text);
}

/** A lone surrogate has no spelling in a URL. */
const encoded = (text: string): string => encodeURIComponent(Buffer.from(text).toString("utf8"));

const html = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
