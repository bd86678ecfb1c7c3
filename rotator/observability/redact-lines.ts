import { STEPS } from "../rotation/trace.ts";
import { REDACTED } from "./redactor.ts";

/** Takes the secrets out of a text. */
export interface Redact {
  redact(text: string): string;
}

/**
 * Cleans log lines, each a JSON document with a line break. Most lines hold nothing secret and stay
 * as they are. In the others the values are cleaned, not the text: what somebody chose as a password
 * must neither break a line nor change what the line itself says.
 */
export function redactLines(lines: string, redactor: Redact): string {
  if (redactor.redact(lines) === lines) return lines;
  return lines.replace(/.+/g, (line) => redactLine(line, redactor));
}

/** Fields that only the logger fills. */
const LOGGER_FIELDS: ReadonlySet<string> = new Set(["level", "time", "correlation"]);
/** Values of the rotator's own: to hide them would tell that a password is one of these words. */
const OWN_VALUES: ReadonlySet<unknown> = new Set(STEPS.flatMap((step) => [step, `step ${step}`]));

function redactLine(line: string, redactor: Redact): string {
  if (redactor.redact(line) === line) return line;
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return redactor.redact(line); // written by nobody who knows JSON; better broken than shown
  }
  if (typeof entry !== "object" || entry === null) return redactor.redact(line);
  const fields = Object.entries(entry).map(([name, value]) =>
    LOGGER_FIELDS.has(name) || OWN_VALUES.has(value) ? [name, value] : cleanField(name, value),
  );
  return JSON.stringify(Object.fromEntries(fields));

  function cleanField(name: string, value: unknown): [string, unknown] {
    return [redactor.redact(name), clean(value)];
  }

  function clean(value: unknown): unknown {
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
