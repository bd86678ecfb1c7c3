/** A gap that is filled where a sentence is used: `{{seconds}}`. */
const SLOT = /\{\{\w+\}\}/;

/**
 * What the rotator itself writes into lines: words, codes, configured names, and sentences. Redaction
 * leaves them as they are: hiding one would tell that the password is this word.
 */
export class OwnTexts {
  readonly #whole = new Set<unknown>();
  readonly #sentences: RegExp[] = [];

  /** Adds texts; in one with slots, only what fills them is somebody else's. */
  add(texts: Iterable<unknown>): void {
    for (const text of texts) {
      const parts = String(text).split(SLOT);
      if (parts.length === 1) this.#whole.add(text);
      else this.#sentences.push(new RegExp(`^(${parts.map(literal).join(")(.*)(")})$`, "s"));
    }
  }

  has(value: unknown): boolean {
    return this.#whole.has(value);
  }

  /** Cleans what is not the rotator's own. */
  clean(text: string, redact: (text: string) => string): string {
    if (this.#whole.has(text)) return text;
    for (const sentence of this.#sentences) {
      const [, ...parts] = sentence.exec(text) ?? [];
      // Every second part has filled a slot.
      if (parts.length > 0)
        return parts.map((part, at) => (at % 2 === 0 ? part : this.clean(part, redact))).join("");
    }
    return redact(text);
  }
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
