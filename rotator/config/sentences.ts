import type * as z from "zod";
import { isRecord, type Problem } from "./environment.ts";
import { listSettings, rotatorJsonSchema, variableOf } from "./settings.ts";

/** Says what is wrong with a setting, the value given where it is no secret, and what is allowed. */
export function describeIssue(issue: z.core.$ZodIssue, document: unknown): Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      where: dotted([...issue.path, key]),
      message: "is no setting; see docs/reference/rotator-configuration.md",
    }));
  }
  if (issue.code === "invalid_key") {
    const message = issue.issues.map((inner) => inner.message).join(", ");
    return [{ where: dotted(issue.path), message }];
  }
  const value = valueAt(document, issue.path);
  if (value === undefined && issue.code === "invalid_type") return missing(issue.path);
  const given = isShowable(value, issue.path) ? ` (given: ${JSON.stringify(value)})` : "";
  return [{ where: withVariable(issue.path), message: `${allowed(issue)}${given}` }];
}

/** Zod's sentence, or a plainer one. */
function allowed(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${issue.expected === "int" ? "a whole number" : `of type ${issue.expected}`}`;
    case "too_big":
      return `must ${bound("at most", issue.maximum, issue.origin)}`;
    case "too_small":
      return `must ${bound("at least", issue.minimum, issue.origin)}`;
    case "invalid_value":
      return `must be ${issue.values.map(String).join(" or ")}`;
    default:
      return issue.message;
  }
}

/** What the limit of a number, a list or a text counts. */
function bound(side: string, limit: number | bigint, origin: string): string {
  const many = Number(limit) === 1 ? "" : "s";
  if (origin === "array") return `have ${side} ${limit} ${many ? "entries" : "entry"}`;
  if (origin === "string") return `have ${side} ${limit} character${many}`;
  return `be ${side} ${limit}`;
}

/** A missing section is reported as the settings that it must hold. */
function missing(path: readonly PropertyKey[]): Problem[] {
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

function withVariable(path: readonly PropertyKey[]): string {
  const variable = variableOf(path);
  const known = listSettings().some((setting) => setting.variable === variable);
  return known ? `${dotted(path)} (${variable})` : dotted(path);
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join(".") || "file";
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const part of path) {
    if (Array.isArray(value)) value = value[Number(part)];
    else value = isRecord(value) ? value[String(part)] : undefined;
  }
  return value;
}

/** Values below `systems` may be credentials that somebody wrote into the wrong place. */
function isShowable(value: unknown, path: readonly PropertyKey[]): boolean {
  if (path[0] === "systems" || value === null) return false;
  return ["string", "number", "boolean"].includes(typeof value) && String(value).length <= 200;
}
