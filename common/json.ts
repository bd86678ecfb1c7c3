import { randomUUID } from "node:crypto";
import { isSafeNumber, parse } from "lossless-json";

/** A number of a JSON text that JavaScript's numbers cannot hold exactly, such as an id of 64 bits. */
export class ExactNumber {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** As the text writes it. */
  get text(): string {
    return this.#text;
  }
}

/** Only a text with so many digits in a row, or with an exponent, can hold an inexact number. */
const MAY_BE_INEXACT = /[\d.]{16}|\d[eE]/;

/**
 * Reads JSON and keeps every number exactly: one that JavaScript cannot hold (an id beyond 2^53, 1e400)
 * comes as an {@link ExactNumber}, which {@link writeJson} writes as it was.
 *
 * @throws SyntaxError whose message may quote the text; a RangeError where it is nested too deeply
 */
export function readJson(text: string): unknown {
  if (!MAY_BE_INEXACT.test(text)) return JSON.parse(text);
  return parse(text, null, (number) =>
    isSafeNumber(number) ? Number(number) : new ExactNumber(number),
  );
}

/** Writes what {@link readJson} read, without white space. */
export function writeJson(value: unknown): string {
  let exact = 0;
  const text = JSON.stringify(value, (_, part: unknown) => {
    if (!(part instanceof ExactNumber)) return part;
    exact += 1;
    return MARK + part.text;
  });
  return exact === 0 ? text : text.replace(MARKED, "$1");
}

/** Marks the text of a number; random, so that no value from outside can look like one. */
const MARK = `number-${randomUUID()}:`;
const MARKED = new RegExp(`"${MARK}([^"]+)"`, "g");

/** A text or number as text, exactly; `undefined` for everything else. */
export function exactText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  return value instanceof ExactNumber ? value.text : undefined;
}
