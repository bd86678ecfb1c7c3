import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { exportsOf, propertiesOf } from "../../../docs/generate/source.ts";

const ROOT = new URL("../../../", import.meta.url);
const FOLDERS = ["test/e2e/", "test/unit/stacks/", "test/unit/stacks/constructs/"];

const rows = readFileSync(new URL("docs/reference/changes.md", ROOT), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (Property|---)/.test(line))
  .map((line) => line.split(" | "));

const named = (text: string | undefined) =>
  [...(text ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);

/** The properties that the rows of a target, or the others, name. */
const propertiesIn = (ofTarget: boolean) =>
  rows
    .map(([properties = ""]) => properties)
    .filter((properties) => properties.startsWith("| target:") === ofTarget)
    .flatMap(named);

const declared = (file: string, name: string) =>
  exportsOf(`stacks/constructs/${file}.ts`)
    .filter((exported) => exported.name === name)
    .flatMap(propertiesOf)
    .map((property) => property.name);

test.each([
  ["web-target", "WebTargetProps", true],
  ["custom-rotated-secret-props", "CustomRotatedSecretProps", false],
  ["rotation-payload", "RotationPayloadProps", false],
  ["secure-remote-access", "HostAccessProps", false],
])("what a change does is said for every property of %s", (file, name, ofTarget) => {
  const properties = declared(file, name);
  expect(properties.length).toBeGreaterThan(2);
  // The hosts themselves are part of the property secureRemoteAccess.
  const known = [...propertiesIn(ofTarget), "hosts"];
  expect(properties.filter((property) => !known.includes(property))).toEqual([]);
});

test("each row names tests that exist", () => {
  const tests = rows.map((row) => named(row.at(-1)));
  expect(tests.filter((files) => files.length === 0)).toEqual([]);
  const missing = tests
    .flat()
    .filter((file) => !FOLDERS.some((folder) => existsSync(new URL(folder + file, ROOT))));
  expect(missing).toEqual([]);
});
