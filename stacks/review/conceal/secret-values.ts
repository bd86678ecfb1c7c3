/**
 * Shortest text that is looked for in the output: shorter ones occur by chance in names and
 * numbers, and hiding them would make the review unreadable without protecting anything.
 */
export const MIN_SECRET_LENGTH = 6;

/** What is written in place of a secret. */
export const HIDDEN = "(hidden)";

/**
 * The third net: what is secret in one place is secret everywhere. Terraform loses its own marks on
 * imports, on deposed objects and in outputs. Finds a secret in its plain form, and as JSON, URL,
 * HTML or Base64 would spell it.
 */
export class SecretValues {
  /** The spellings, by their first characters: a text is searched once, however many there are. */
  readonly #byStart = new Map<string, Set<string>>();
  readonly #known = new Set<string>();

  add(secret: string): void {
    if (secret.length < MIN_SECRET_LENGTH || this.#known.has(secret)) return;
    this.#known.add(secret);
    for (const spelling of spellings(secret)) {
      const start = spelling.slice(0, MIN_SECRET_LENGTH);
      const same = this.#byStart.get(start);
      if (same === undefined) this.#byStart.set(start, new Set([spelling]));
      else same.add(spelling);
    }
  }

  /** Whether a secret stands anywhere in the text. */
  isIn(text: string): boolean {
    for (let at = 0; at + MIN_SECRET_LENGTH <= text.length; at++) {
      if (this.#lengthAt(text, at) > 0) return true;
    }
    return false;
  }

  /** The text with {@link HIDDEN} in place of each secret. */
  hide(text: string): string {
    let result = "";
    let from = 0;
    let at = 0;
    while (at + MIN_SECRET_LENGTH <= text.length) {
      const length = this.#lengthAt(text, at);
      if (length === 0) {
        at++;
        continue;
      }
      result += text.slice(from, at) + HIDDEN;
      at += length;
      from = at;
    }
    return result + text.slice(from);
  }

  /** Length of the longest secret that begins here, and of those that overlap with it. */
  #lengthAt(text: string, at: number): number {
    let end = at + this.#longestAt(text, at);
    if (end === at) return 0;
    for (let next = at + 1; next < end; next++) {
      end = Math.max(end, next + this.#longestAt(text, next));
    }
    return end - at;
  }

  #longestAt(text: string, at: number): number {
    const candidates = this.#byStart.get(text.slice(at, at + MIN_SECRET_LENGTH));
    let longest = 0;
    for (const candidate of candidates ?? []) {
      if (candidate.length > longest && text.startsWith(candidate, at)) longest = candidate.length;
    }
    return longest;
  }
}

function spellings(secret: string): Set<string> {
  const json = JSON.stringify(secret).slice(1, -1);
  const bytes = Buffer.from(secret);
  const url = encoded(secret);
  const all = [
    secret,
    json,
    // Terraform escapes the characters of HTML in JSON.
    json.replace(/[<>&]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`),
    // A host is written in small letters.
    secret.toLowerCase(),
    secret.replaceAll("\\", "\\\\").replaceAll('"', '\\"'),
    url,
    url.replaceAll("%20", "+"),
    url.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
    html(secret),
    bytes.toString("base64"),
    bytes.toString("base64url"),
    bytes.toString("hex"),
    ...secret.split(/[\r\n]+/).filter((line) => line.length >= 16 && !line.startsWith("-----")),
  ];
  return new Set(all.filter((spelling) => spelling.length >= MIN_SECRET_LENGTH));
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
