import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { createProgram } from "../../../program.ts";

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../docs/reference/${name}`, import.meta.url), "utf8"));

const SCHEMAS = ["output.schema.json", "review.schema.json"].map(read);

/** Every value in a JSON document, with its name. */
function* members(value: unknown, name = ""): Generator<[name: string, value: unknown]> {
  yield [name, value];
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) yield* members(member, key);
}

/** Every command with its subcommands, by its full name. */
function commands(command: Command, above = ""): [name: string, command: Command][] {
  return command.commands.flatMap((one): [string, Command][] => {
    const name = `${above}${one.name()}`;
    return [[name, one], ...commands(one, `${name} `)];
  });
}

const published = new Set(
  [...members(SCHEMAS)].flatMap(([name, value]) =>
    name === "const" && String(value).startsWith("rotation-kit/") ? [String(value)] : [],
  ),
);
const offering = commands(createProgram()).flatMap(([name, { options }]) => {
  const json = options.find(({ long }) => long === "--json");
  return json ? [[name, json.description] as const] : [];
});

// The emulator's is a stream of events, one JSON document a line.
test.each(
  offering.filter(([name]) => name !== "gateway"),
)("the document of %s is published", (_, description) => {
  const [id] = /rotation-kit\/[\w-]+\/v1/.exec(description) ?? [];
  expect(published).toContain(id);
});

test("every name in a published document is in snake_case", () => {
  const names = [...members(SCHEMAS)].flatMap(([name, value]) =>
    name === "properties" ? Object.keys(value as object) : [],
  );
  expect(names.length).toBeGreaterThan(100);
  expect(names.filter((name) => !/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name))).toEqual([]);
});
