/** What stands where a secret was. */
export const REDACTED = "[redacted]";

/** Secrets shorter than this are not searched for: they would hide half of every line. */
const MIN_LENGTH = 4;

/** Knows the secrets of one request, in every form in which they could reach a text. */
export class Redactor {
  readonly #secrets = new Set<string>();
  /** Secrets whose forms nobody has asked for yet. */
  #fresh: string[] = [];
  #forms: readonly string[] = [];

  /** Adds secrets; empty and very short ones are ignored. */
  add(...secrets: readonly string[]): void {
    for (const secret of secrets) {
      if (secret.length < MIN_LENGTH || this.#secrets.has(secret)) continue;
      this.#secrets.add(secret);
      this.#fresh.push(secret);
    }
  }

  /** Replaces each known secret in a text. */
  redact(text: string): string {
    if (this.#fresh.length > 0) {
      const forms = new Set([...this.#forms, ...this.#fresh.flatMap(formsOf)]);
      this.#forms = [...forms].sort(byLength);
      this.#fresh = [];
    }
    let clean = text;
    for (const form of this.#forms) {
      if (clean.includes(form)) clean = clean.replaceAll(form, REDACTED);
    }
    return clean;
  }
}

const byLength = (a: string, b: string) => b.length - a.length;

/** Raw, inside JSON (once and twice), URL-encoded, hex, and inside base64 at any offset. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const binary = [bytes.toString("hex"), ...base64Forms(bytes)];
  if (PLAIN.test(secret)) return [secret, ...binary];
  const json = jsonInside(secret);
  return [
    secret,
    json,
    jsonInside(json),
    encodeURIComponent(wellFormed(secret)),
    new URLSearchParams([["", secret]]).toString().slice(1),
    ...binary,
  ];
}

/** Characters that JSON and URLs leave alone. */
const PLAIN = /^[A-Za-z0-9._-]+$/;

/** JSON can carry half of a surrogate pair; whoever encodes such a text writes U+FFFD or gives up. */
function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, "\ufffd");
}

function jsonInside(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/**
 * The whole in base64 and base64url, and, for each of the three ways in which its bytes can fall
 * into groups of three (`user:secret`, a JSON document), the characters that only it decides.
 */
function base64Forms(secret: Buffer): string[] {
  const forms = [secret.toString("base64"), secret.toString("base64url")];
  for (const offset of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(offset), secret]).toString("base64url");
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + secret.length) * 8) / 6);
    const core = text.slice(first, last);
    // A short core would hit innocent text.
    if (core.length < 8) continue;
    forms.push(core, core.replaceAll("-", "+").replaceAll("_", "/"));
  }
  return forms;
}
