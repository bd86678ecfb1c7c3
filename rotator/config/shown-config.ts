import { isRecord } from "./environment.ts";
import type { RotatorConfig } from "./schema.ts";

/** What stands where a secret was. */
const HIDDEN = "(hidden)";

/**
 * Names under which an operator may have written a secret itself. The configuration only takes files
 * and variables that hold secrets, but recipes, parameters and modules are free in what they take.
 */
const SECRET_NAME = /pass(word|phrase)?|secret|token|credential|private|api_?key|authorization/i;
/** Names that say where a secret is, not what it is. */
const REFERENCE_NAME = /(_file|_env|_ms|_bytes|_field)$/i;

/** Free texts of commands, modules and recipes, of which no name tells what they are. */
const WHOLE_SECTIONS: ReadonlySet<string> = new Set([
  "arguments",
  "environment",
  "options",
  "headers",
  "query",
  "json",
  "form",
]);

/** The configuration as it takes effect, every default filled in and without secrets. */
export function effectiveConfig(config: RotatorConfig): unknown {
  const { systems, ...rest } = config;
  return { ...rest, systems: hide(systems) };
}

function hide(value: unknown, name = "", inSecret = false): unknown {
  const secret = inSecret || WHOLE_SECTIONS.has(name) || isSecretName(name);
  if (Array.isArray(value)) return value.map((inner) => hide(inner, name, secret));
  if (isRecord(value)) {
    const members = Object.entries(value).map(([key, inner]) => [key, hide(inner, key, secret)]);
    return Object.fromEntries(members);
  }
  if (secret && (typeof value === "string" || typeof value === "number")) return HIDDEN;
  return typeof value === "string" && /:\/\/[^/]*@/.test(value) ? HIDDEN : value;
}

function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !REFERENCE_NAME.test(name);
}
