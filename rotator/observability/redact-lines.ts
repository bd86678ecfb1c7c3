import { OwnTexts } from "./own-texts.ts";
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
 * @param own what the rotator itself writes, which stays
 */
export function redactLines(lines: string, redactor: Redact, own: OwnTexts = NONE): string {
  if (redactor.redact(lines) === lines) return lines;
  return lines.replace(/.+/g, (line) => redactLine(line, redactor, own));
}

const NONE = new OwnTexts();

/** Fields that only the logger fills. */
const LOGGER_FIELDS: ReadonlySet<string> = new Set(["level", "time", "correlation"]);

function redactLine(line: string, redactor: Redact, own: OwnTexts): string {
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

  function cleanText(text: string): string {
    return own.clean(text, (foreign) => redactor.redact(foreign));
  }

  function cleanField(name: string, value: unknown): [string, unknown] {
    return [cleanText(name), clean(value)];
  }

  function clean(value: unknown): unknown {
    if (own.has(value)) return value;
    if (typeof value === "string") return cleanText(value);
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
