/** A gap that is filled where a sentence is used: `{{seconds}}`. */
const SLOT = /\{\{\w+\}\}/;

/**
 * What the rotator itself writes into lines: words, codes, configured names, and sentences. Redaction
 * leaves them as they are: hiding one would tell that the password is this word.
 */
export class OwnTexts {
  readonly #whole = new Set<unknown>();
  readonly #sentences: RegExp[] = [];

  /** Adds texts that are used as they are. */
  add(texts: Iterable<unknown>): void {
    for (const text of texts) this.#whole.add(text);
  }

  /** Adds sentences; in one with slots, only what fills them is somebody else's. */
  addSentences(texts: Iterable<string>): void {
    for (const text of texts) {
      const parts = text.split(SLOT);
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
    const cleaned = redact(text);
    if (cleaned === text) return text;
    for (const sentence of this.#sentences) {
      const [, ...parts] = sentence.exec(text) ?? [];
      const pieces = this.#join(parts);
      // A secret that begins in one piece and ends in another is seen in the whole text alone.
      if (pieces.length === 0 || pieces.map((one) => redact(one.text)).join("") !== cleaned)
        continue;
      return pieces.map((one) => (one.own ? one.text : this.clean(one.text, redact))).join("");
    }
    return cleaned;
  }

  /** The parts of a sentence, of which every second has filled a slot; what is its own is one piece. */
  #join(parts: readonly string[]): readonly { own: boolean; text: string }[] {
    const pieces: { own: boolean; text: string }[] = [];
    for (const [at, text] of parts.entries()) {
      const own = at % 2 === 0 || this.#whole.has(text) || SHORT_NUMBER.test(text);
      const last = pieces.at(-1);
      if (own && last?.own) last.text += text;
      else pieces.push({ own, text });
    }
    return pieces;
  }
}

/** A status or a count; too short to be a secret. */
const SHORT_NUMBER = /^\d{1,3}$/;

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
