import * as z from "zod";
import { valueAt } from "../../common/schema-problems.ts";
import { rotatorConfigSchema } from "./schema.ts";

/** The part of JSON Schema that zod writes and this folder reads. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** One setting that an environment variable can give. */
export interface Setting {
  /** Where it is in rotator.yaml, for instance `["listen", "port"]`. */
  readonly path: readonly string[];
  /** Its environment variable, for instance `ROTATOR_LISTEN_PORT`. */
  readonly variable: string;
  readonly schema: JsonSchema;
}

/** JSON Schema (draft 2020-12) of rotator.yaml, as an operator writes it: defaults may be left out. */
export function rotatorJsonSchema(): JsonSchema {
  return z.toJSONSchema(rotatorConfigSchema, { io: "input" }) as JsonSchema;
}

/** Name of the environment variable of a setting. */
export function variableOf(path: readonly PropertyKey[]): string {
  return ["rotator", ...path].map((part) => String(part).toUpperCase()).join("_");
}

/**
 * All settings that have an environment variable: every leaf of the schema's fixed part. Lists and
 * maps are one setting each.
 */
export function listSettings(
  schema: JsonSchema = rotatorJsonSchema(),
  path: readonly string[] = [],
): Setting[] {
  if (schema.properties === undefined) return [{ path, variable: variableOf(path), schema }];
  return Object.entries(schema.properties).flatMap(([name, inner]) =>
    listSettings(inner, [...path, name]),
  );
}

/** The names that a section of a document may hold; none where it takes any. */
export function namesAt(path: readonly PropertyKey[], document: unknown): string[] {
  let schema = formOf(rotatorJsonSchema(), document);
  for (const [index, part] of path.entries()) {
    const { additionalProperties: other, items, properties } = schema;
    const inner = properties?.[String(part)] ?? (typeof other === "object" ? other : items);
    schema = formOf(inner ?? {}, valueAt(document, path.slice(0, index + 1)));
  }
  return Object.keys(schema.properties ?? {});
}

/** Of several forms of a section, the one that its `type` names. */
function formOf(schema: JsonSchema, value: unknown): JsonSchema {
  const type = valueAt(value, ["type"]);
  return schema.oneOf?.find(({ properties }) => properties?.type?.const === type) ?? schema;
}
