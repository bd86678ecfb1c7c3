import { isCredential, namesCredential } from "../../common/credential.ts";
import { isRecord } from "./environment.ts";
import type { RotatorConfig } from "./schema.ts";

/** What stands where a secret was. */
const HIDDEN = "(hidden)";

/** An address with a user name in it, which may be a token; also inside of a longer text. */
const WITH_LOGIN = /:\/\/[^/]*@/;

/** Half of an AppRole's login; in a plan it is mostly the name of a secret. */
const SECRET_ID = /secret_?id$/i;

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
  const secret =
    inSecret || WHOLE_SECTIONS.has(name) || namesCredential(name) || SECRET_ID.test(name);
  if (Array.isArray(value)) return value.map((inner) => hide(inner, name, secret));
  if (isRecord(value)) {
    const members = Object.entries(value).map(([key, inner]) => [key, hide(inner, key, secret)]);
    return Object.fromEntries(members);
  }
  if (secret && (typeof value === "string" || typeof value === "number")) return HIDDEN;
  return typeof value === "string" && (isCredential(value) || WITH_LOGIN.test(value))
    ? HIDDEN
    : value;
}
