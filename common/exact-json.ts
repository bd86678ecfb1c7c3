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
 * `JSON.parse` that carries numbers exactly: one that would be rounded becomes an `ExactNumber`.
 * @throws SyntaxError; its message may quote the text
 */
export function parseExactJson(text: string): unknown {
  if (!MAY_BE_INEXACT.test(text)) return JSON.parse(text);
  return parse(text, null, (number) =>
    isSafeNumber(number) ? Number(number) : new ExactNumber(number),
  );
}

/** `JSON.stringify` that writes an `ExactNumber` as it was read. */
export function stringifyExactJson(value: unknown): string {
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
