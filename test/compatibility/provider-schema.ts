/**
 * Compares the schema of an installed Akeyless provider with the recorded one of the release that
 * the kit was written for:
 *
 *     terraform providers schema -json | npm run test:provider-schema
 *
 * Prints one line for each difference and ends with code 2 where there is one.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import recordedJson from "./akeyless-2.0.5.json" with { type: "json" };

const recordedSchema = z.object({
  provider: z.string(),
  read_from: z.string(),
  resources: z.record(
    z.string(),
    z.record(z.string(), z.object({ type: z.string(), required: z.boolean() })),
  ),
});

/** Attributes that a configuration may set, by name: `string`, `required string`, … */
type Attributes = Readonly<Record<string, string>>;

const recording = recordedSchema.parse(recordedJson);

/** Which release was recorded, and where its attributes were read. */
export const recordedFrom: { readonly release: string; readonly source: string } = {
  release: recording.provider,
  source: recording.read_from,
};

/** The recorded attributes, by resource; a data source starts with `data.`. */
export const recorded: Readonly<Record<string, Attributes>> = Object.fromEntries(
  Object.entries(recording.resources).map(([name, attributes]) => [
    name,
    Object.fromEntries(
      Object.entries(attributes).map(([attribute, { type, required }]) => [
        attribute,
        spelled(type, required),
      ]),
    ),
  ]),
);

const typeSchema = z.union([z.string(), z.tuple([z.string(), z.string()])]);
const blockSchema = z.object({
  block: z.object({
    attributes: z
      .record(
        z.string(),
        z.object({
          type: typeSchema.optional(),
          required: z.boolean().optional(),
          optional: z.boolean().optional(),
        }),
      )
      .optional(),
    block_types: z.record(z.string(), z.unknown()).optional(),
  }),
});
const documentSchema = z.object({
  provider_schemas: z.record(
    z.string(),
    z.object({
      resource_schemas: z.record(z.string(), z.unknown()).optional(),
      data_source_schemas: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
});

/**
 * The differences between what was recorded and the output of `terraform providers schema -json`,
 * one sentence each. Nested blocks count as attributes; `id` is Terraform's own.
 */
export function compareWithRecorded(document: unknown): string[] {
  const schemas = documentSchema.parse(document).provider_schemas;
  const entry = Object.entries(schemas).find(([name]) => name.endsWith("/akeyless"));
  if (!entry) return ["the document has no provider akeyless"];
  const [, { resource_schemas: resources = {}, data_source_schemas: sources = {} }] = entry;
  return Object.entries(recorded).flatMap(([name, attributes]) => {
    const found = name.startsWith("data.") ? sources[name.slice("data.".length)] : resources[name];
    if (found === undefined) return [`${name}: is not in the provider any more`];
    return differences(name, attributes, attributesOf(found));
  });
}

function attributesOf(schema: unknown): Attributes {
  const { attributes = {}, block_types = {} } = blockSchema.parse(schema).block;
  const settable = Object.entries(attributes).filter(
    ([name, { required, optional }]) => name !== "id" && (required || optional),
  );
  return Object.fromEntries([
    ...settable.map(([name, { type = "?", required = false }]) => [
      name,
      spelled(typeof type === "string" ? type : `${type[0]}(${type[1]})`, required),
    ]),
    ...Object.keys(block_types).map((name) => [name, "block"]),
  ]);
}

/** The recording was read from bindings that do not tell a set from a list. */
function spelled(type: string, required: boolean): string {
  return `${required ? "required " : ""}${type.replace(/^set\(/, "list(")}`;
}

function differences(name: string, before: Attributes, now: Attributes): string[] {
  const attributes = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return attributes.flatMap((attribute) => {
    const [was, is] = [before[attribute], now[attribute]];
    if (was === is) return [];
    if (was === undefined) return [`${name}.${attribute}: is new (${is})`];
    if (is === undefined) return [`${name}.${attribute}: is gone (was ${was})`];
    return [`${name}.${attribute}: was ${was}, is ${is}`];
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const found = compareWithRecorded(JSON.parse(readFileSync(process.argv[2] ?? 0, "utf8")));
  for (const difference of found) process.stdout.write(`${difference}\n`);
  process.stderr.write(`${found.length} differences from ${recordedFrom.release}\n`);
  process.exitCode = found.length > 0 ? 2 : 0;
}
