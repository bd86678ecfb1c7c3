import { randomUUID } from "node:crypto";
import { isSafeNumber } from "lossless-json";

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

/**
 * Reads JSON and keeps every number exactly: one that JavaScript cannot hold (an id beyond 2^53, 1e400)
 * comes as an {@link ExactNumber}, which {@link writeJson} writes as it was.
 *
 * It reads what comes from outside and goes on: payloads, states, a system's answers, saved values.
 * `JSON.parse` stays where no number goes on: documents of which a schema takes texts and small numbers
 * only (tokens, answers of the Gateway API and of clouds, a command's answer, cdktf.json), and what the
 * kit itself wrote (log lines, messages that wait, cdk.tf.json).
 *
 * @throws SyntaxError whose message may quote the text
 */
export function readJson(text: string): unknown {
  const quoted = quoteInexact(text, MARK);
  if (quoted === text) return JSON.parse(text);
  return JSON.parse(quoted, (_, part: unknown) =>
    typeof part === "string" && part.startsWith(MARK)
      ? new ExactNumber(part.slice(MARK.length))
      : part,
  );
}

/**
 * Reads JSON to compare and show it, such as a plan: a number that JavaScript cannot hold comes as its
 * text.
 *
 * @throws SyntaxError whose message may quote the text
 */
export const readJsonToShow = (text: string): unknown => JSON.parse(quoteInexact(text, ""));

/** Only a number with so many digits, or with an exponent, can be inexact. */
const MAY_BE_INEXACT = /(?:^|[:,[])\s*-?(?:[\d.]{16}|[\d.]+[eE])/;

/** Whether a JSON text may hold a number that JavaScript's cannot: most hold none, which a glance tells. */
export const mayBeInexact = (text: string): boolean => MAY_BE_INEXACT.test(text);

/** A number as JSON has it: what only looks like one is left to the parser's refusal. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Puts each number that JavaScript cannot hold between quotes, after a mark. */
function quoteInexact(text: string, mark: string): string {
  if (!mayBeInexact(text)) return text;
  const tokens = /"|-?\d[\d.eE+-]*/g;
  let [quoted, from] = ["", 0];
  for (let found = tokens.exec(text); found !== null; found = tokens.exec(text)) {
    const [token] = found;
    if (token === '"') {
      const end = endOfString(text, found.index);
      if (end < 0) return text;
      tokens.lastIndex = end + 1;
    } else if (NUMBER.test(token) && !isExact(token) && !isName(text, tokens.lastIndex)) {
      quoted += `${text.slice(from, found.index)}"${mark}${token}"`;
      from = tokens.lastIndex;
    }
  }
  return quoted + text.slice(from);
}

/** Whether a number of JavaScript's has the same value, or is written alike. */
const isExact = (number: string): boolean =>
  String(Number(number)) === number || isSafeNumber(number);

/** A number in place of a member's name is a fault, and must not become a name by its quotes. */
function isName(text: string, end: number): boolean {
  const colon = /\s*:/y;
  colon.lastIndex = end;
  return colon.test(text);
}

/** Where the string ends that begins at a quote: the place of its last quote; -1 where it does not. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

/** A quote is escaped when an odd number of backslashes is before it. */
function isEscaped(text: string, quote: number): boolean {
  let at = quote;
  while (text[at - 1] === "\\") at -= 1;
  return (quote - at) % 2 === 1;
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
