import type * as z from "zod";
import { type SchemaProblem, schemaProblems, valueAt } from "../../common/schema-problems.ts";
import type { ConfigProblem } from "./environment.ts";
import { listSettings, namesAt, rotatorJsonSchema, variableOf } from "./settings.ts";

/** Says what is wrong with a setting, the value given where it is not secret, and what is allowed. */
export function describeIssues(
  issues: readonly z.core.$ZodIssue[],
  document: unknown,
): ConfigProblem[] {
  return schemaProblems(issues, document).flatMap((problem) => {
    switch (problem.kind) {
      case "missing":
        return missing(problem.path);
      case "unknown name":
        return [{ where: dotted(problem.path), message: unknownName(problem.path, document) }];
      default:
        return [{ where: withVariable(problem.path), message: withValue(problem, document) }];
    }
  });
}

/** A missing section is reported as the settings that it must hold. */
function missing(path: readonly PropertyKey[]): ConfigProblem[] {
  const required = listSettings().filter(
    (setting) => startsWith(setting.path, path) && setting.path.length > path.length,
  );
  const section = required.filter((setting) => isRequired(setting.path));
  const paths = section.length > 0 ? section.map((setting) => setting.path) : [path];
  return paths.map((one) => ({ where: withVariable(one), message: "is required" }));
}

function isRequired(path: readonly string[]): boolean {
  let schema = rotatorJsonSchema();
  for (const [index, name] of path.entries()) {
    if (index === path.length - 1) return schema.required?.includes(name) ?? false;
    schema = schema.properties?.[name] ?? {};
  }
  return false;
}

function startsWith(path: readonly PropertyKey[], prefix: readonly PropertyKey[]): boolean {
  return prefix.every((part, index) => path[index] === part);
}

/** A name that is not a setting: where the secret belongs that was written here, or what there is. */
function unknownName(path: readonly PropertyKey[], document: unknown): string {
  const name = String(path.at(-1));
  const known = namesAt(path.slice(0, -1), document);
  const elsewhere = known.filter((other) => other === `${name}_file` || other === `${name}_env`);
  if (elsewhere.length > 0) {
    return `a secret is never written into the configuration; use ${elsewhere.join(" or ")}`;
  }
  return known.length === 0
    ? "is not a setting"
    : `is not a setting; here are: ${known.join(", ")}`;
}

function withValue({ path, kind, message }: SchemaProblem, document: unknown): string {
  const value = valueAt(document, path);
  const shown = kind !== "section" && isShowable(value, path);
  return shown ? `${message} (given: ${JSON.stringify(value)})` : message;
}

/** Sections in which nobody writes a secret, not even into the wrong place. */
const PUBLIC: ReadonlySet<PropertyKey> = new Set([
  "listen",
  "metrics",
  "akeyless",
  "items",
  "limits",
  "log",
  "reload",
  "shutdown",
]);

/** Not below `systems` and `keys`, where a secret may be in the wrong place; no user of a URL. */
function isShowable(value: unknown, path: readonly PropertyKey[]): boolean {
  const name = String(path.at(-1));
  // An access key is what people take for the access id.
  if (!PUBLIC.has(path[0] ?? "") || /_file$/.test(name) || path[1] === "access_ids") return false;
  if (typeof value === "string") return value.length <= 100 && !/[@\n]/.test(value);
  return typeof value === "number" || typeof value === "boolean";
}

function withVariable(path: readonly PropertyKey[]): string {
  const variable = variableOf(path);
  const known = listSettings().some((setting) => setting.variable === variable);
  return known ? `${dotted(path)} (${variable})` : dotted(path);
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join(".") || "file";
}
