import { REDACTED } from "./redacted.ts";

/** Takes the secrets out of a text. */
export interface Redact {
  redact(text: string): string;
}

/**
 * Cleans log lines, each a JSON document with a line break. Most lines hold nothing secret and stay
 * as they are. In the others the values are cleaned, not the text: what somebody chose as a password
 * must neither break a line nor change what the line itself says.
 *
 * @param words values and names of the rotator's own, which stay: to hide them would tell that a
 * password is one of these words
 */
export function redactLines(
  lines: string,
  redactor: Redact,
  words: ReadonlySet<unknown> = NONE,
): string {
  if (redactor.redact(lines) === lines) return lines;
  return lines.replace(/.+/g, (line) => redactLine(line, redactor, words));
}

const NONE: ReadonlySet<unknown> = new Set();

/** Fields that only the logger fills. */
const LOGGER_FIELDS: ReadonlySet<string> = new Set(["level", "time", "correlation"]);

function redactLine(line: string, redactor: Redact, words: ReadonlySet<unknown>): string {
  if (redactor.redact(line) === line) return line;
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return redactor.redact(line); // written by nobody who knows JSON; better broken than shown
  }
  if (typeof entry !== "object" || entry === null) return redactor.redact(line);
  const fields = Object.entries(entry).map(([name, value]) =>
    LOGGER_FIELDS.has(name) ? [name, value] : cleanField(name, value),
  );
  return JSON.stringify(Object.fromEntries(fields));

  function cleanField(name: string, value: unknown): [string, unknown] {
    return [words.has(name) ? name : redactor.redact(name), clean(value)];
  }

  function clean(value: unknown): unknown {
    if (words.has(value)) return value;
    if (typeof value === "string") return redactor.redact(value);
    if (typeof value === "number") {
      const text = String(value);
      return redactor.redact(text) === text ? value : REDACTED;
    }
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => cleanField(name, inner)),
    );
  }
}
