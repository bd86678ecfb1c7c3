import { REDACTED } from "./redacted.ts";
import { SecretTraces, TRACE_LENGTH, type Trace, traceOf } from "./secret-traces.ts";

/** Secrets shorter than this are not searched for: they would hide half of every line. */
const MIN_LENGTH = 4;

/** Shortest part of a base64 text that is searched for. */
const MIN_BASE64 = 8;

/** As much of a secret as decides how each of its forms begins. */
const HEAD_LENGTH = 8;

/** Secrets, and characters of secrets, that one request may bring; a rotation has a handful. */
const MAX_SECRETS = 512;
const MAX_CHARACTERS = 1_048_576;

/** Slots of the table of beginnings, as a power of two; 512 bits are what V8 keeps on its own heap. */
const SLOT_BITS = 9;

/**
 * Knows the secrets of one request, in every form in which they could reach a text. Most texts hold
 * none, so a text is walked along once for the beginnings of all forms, and whole forms are only
 * made of a secret that may be there.
 */
export class Redactor {
  /** Secrets with their forms, made when first needed. */
  readonly #secrets = new Map<string, readonly string[] | undefined>();
  /** Secrets whose beginnings nobody has asked for yet. */
  #fresh: string[] = [];
  /** Secrets by the first four characters of a form of theirs. */
  readonly #byBeginning = new Map<number, string[]>();
  /** A bit is set where a form may begin: most places of a text need no look into the map. */
  readonly #slots = new Uint8Array(1 << (SLOT_BITS - 3));
  #characters = 0;
  /** More secrets came than are kept. */
  #full = false;
  /** What is left of the secrets once the request has ended. */
  #traces: Trace[] | undefined;

  /** Adds secrets; empty and very short ones are ignored. */
  add(...secrets: readonly string[]): void {
    for (const secret of secrets) {
      if (secret.length < MIN_LENGTH || this.#secrets.has(secret)) continue;
      if (this.#traces) this.#traces.push(...tracesOf(secret));
      else if (this.#secrets.size >= MAX_SECRETS || this.#characters >= MAX_CHARACTERS)
        this.#full = true;
      else {
        this.#characters += secret.length;
        this.#secrets.set(secret, undefined);
        this.#fresh.push(secret);
      }
    }
  }

  /**
   * Forgets the secrets: only traces remain, from which nobody can get them back, and by which later
   * texts are still cleaned (from the place on where a secret begins).
   */
  forget(): readonly Trace[] {
    const traces = [...this.#secrets.keys()].flatMap(tracesOf);
    this.#traces = traces;
    this.#secrets.clear();
    this.#byBeginning.clear();
    this.#fresh = [];
    return traces;
  }

  /**
   * Replaces each known secret in a text; what several cover together is replaced as one. The whole
   * text, where more secrets came than one request may bring.
   */
  redact(text: string): string {
    if (this.#full) return REDACTED;
    if (this.#traces) return new SecretTraces(this.#traces).redact(text);
    for (const secret of this.#fresh) this.#learn(secret);
    this.#fresh = [];
    let clean = "";
    let written = 0;
    let four = 0;
    for (let end = 0; end < text.length; end += 1) {
      four = append(four, text.charCodeAt(end));
      const slot = slotOf(four);
      if (((this.#slots[slot >> 3] ?? 0) & (1 << (slot & 7))) === 0) continue;
      const at = end - MIN_LENGTH + 1;
      const hidden = this.#hiddenAt(text, at, four);
      if (hidden === 0) continue;
      if (at >= written) clean += text.slice(written, at) + REDACTED;
      written = Math.max(written, at + hidden);
    }
    return clean + text.slice(written);
  }

  /** Length of the longest form that is at this place; 0 when none does. */
  #hiddenAt(text: string, at: number, four: number): number {
    let longest = 0;
    for (const secret of this.#byBeginning.get(four) ?? []) {
      const forms = this.#secrets.get(secret) ?? formsOf(secret);
      this.#secrets.set(secret, forms);
      for (const form of forms)
        if (form.length > longest && text.startsWith(form, at)) longest = form.length;
    }
    return longest;
  }

  #learn(secret: string): void {
    const head = secret.slice(0, HEAD_LENGTH);
    // What begins with plain characters begins alike in every form of text.
    const texts = PLAIN.test(head.slice(0, MIN_LENGTH)) ? [head] : textForms(head);
    for (const form of [...texts, ...byteForms(head)]) {
      let four = 0;
      for (let at = 0; at < MIN_LENGTH; at += 1) four = append(four, form.charCodeAt(at));
      const secrets = this.#byBeginning.get(four);
      if (secrets === undefined) this.#byBeginning.set(four, [secret]);
      // Its forms are learnt one after the other: where it is known already, it is the last one.
      else if (secrets.at(-1) !== secret) secrets.push(secret);
      const slot = slotOf(four);
      this.#slots[slot >> 3] = (this.#slots[slot >> 3] ?? 0) | (1 << (slot & 7));
    }
  }
}

/** The last four characters as one number, by their lower eight bits, with one more. */
function append(four: number, code: number): number {
  return (four << 8) | (code & 0xff);
}

/** Longer than any password: a token, which nobody writes in another form. */
const LONG = 256;

/** Traces of a secret, in every form in which it could reach a text. */
function tracesOf(secret: string): Trace[] {
  if (secret.length > LONG && PLAIN.test(secret)) return [traceOf(secret)];
  const head = secret.slice(0, TRACE_LENGTH);
  const texts = PLAIN.test(head) ? [head] : textForms(head);
  return [...texts, ...byteForms(head)].map(traceOf);
}

/** Spreads beginnings evenly (multiplication by the golden ratio). */
function slotOf(four: number): number {
  return Math.imul(four, 0x9e3779b1) >>> (32 - SLOT_BITS);
}

/**
 * Raw, inside JSON (once and twice, also in ASCII alone), URL-encoded (leniently and as RFC 3986 has
 * it), inside HTML and a shell's quotes, hex, and inside base64 at any offset.
 */
function formsOf(secret: string): string[] {
  return [...textForms(secret), ...byteForms(secret)];
}

function byteForms(secret: string): string[] {
  // Two more bytes in front shift the secret against base64's groups of three.
  const shifted = Buffer.from(`\0\0${secret}`);
  const forms = [shifted.toString("hex", 2)];
  addBase64(forms, shifted);
  return forms;
}

function textForms(secret: string): string[] {
  const forms = [secret];
  if (PLAIN.test(secret)) return forms;
  const json = jsonInside(secret);
  forms.push(json, jsonInside(json), asciiInside(json));
  const url = encodeURIComponent(wellFormed(secret));
  const strict = url.replace(/[!'()*]/g, (character) => percent(character));
  const query = new URLSearchParams([["", secret]]).toString().slice(1);
  for (const form of [url, strict, query]) forms.push(form, form.replace(/%../g, lower));
  forms.push(secret.replace(/[&<>"']/g, (character) => HTML[character] ?? character));
  forms.push(secret.replaceAll("'", "'\\''"));
  return forms;
}

/** Characters that JSON and URLs leave alone. */
const PLAIN = /^[A-Za-z0-9._-]+$/;

/** JSON can carry half of a surrogate pair; anyone who encodes such a text writes U+FFFD or gives up. */
function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, "\ufffd");
}

const lower = (text: string) => text.toLowerCase();
const percent = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** As most libraries write it; some have &#x27; for the last one. */
const HTML: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function asciiInside(json: string): string {
  return json.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function jsonInside(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/**
 * For each of the three ways in which its bytes can fall into groups of three (alone, `user:secret`,
 * a JSON document), the characters of base64 and base64url that only the secret decides.
 */
function addBase64(forms: string[], shifted: Buffer): void {
  for (const offset of [0, 1, 2]) {
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((shifted.length - 2 + offset) * 8) / 6);
    const short = last - first < MIN_BASE64;
    // A short part would hit innocent texts; alone, the secret is found at any length.
    if (short && offset > 0) continue;
    const part = (encoding: "base64" | "base64url") =>
      shifted.toString(encoding, 2 - offset).slice(first, short ? undefined : last);
    const text = part("base64");
    forms.push(text);
    if (/[+/=]/.test(text)) forms.push(part("base64url"));
  }
}
