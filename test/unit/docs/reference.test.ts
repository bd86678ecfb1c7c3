import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ROTATOR_ERRORS } from "../../../common/errors/rotator-errors.ts";
import { generatedPages } from "../../../docs/generate/pages.ts";
import { listSettings } from "../../../rotator/config/settings.ts";
import * as rotator from "../../../rotator/index.ts";
import * as kit from "../../../stacks/index.ts";
import * as testing from "../../harness/index.ts";

const ROOT = new URL("../../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");

test.each(Object.entries(generatedPages()))("%s is current (else: npm run docs)", (path, text) => {
  expect(read(path)).toBe(text);
});

test.each([
  ["akeyless-rotation-kit", kit],
  ["akeyless-rotation-kit/rotator", rotator],
  ["akeyless-rotation-kit/testing", testing],
])("the API reference has every name that %s exports", (entry, names) => {
  const [, section = ""] = read("docs/reference/api.md").split(`\n## ${entry}\n`);
  const [own = ""] = section.split("\n## ");
  const missing = Object.keys(names).filter(
    (name) => !own.includes(`\n### ${name}\n`) && !own.includes(`[${name}](`),
  );
  expect(missing).toEqual([]);
});

test("every setting of rotator.yaml says what it means", () => {
  const page = read("docs/reference/rotator-configuration.md");
  expect(page.split("\n").filter((line) => /^\| `[^|]*` \|.*\|\s*\|$/.test(line))).toEqual([]);
});

test("no setting's variable can be taken for the file of another", () => {
  const variables = new Set(listSettings().map(({ variable }) => variable));
  expect([...variables].filter((variable) => variables.has(`${variable}_FILE`))).toEqual([]);
});

test.each(Object.keys(ROTATOR_ERRORS))("%s has a section of its own, with a command", (code) => {
  const [, section = ""] = read("docs/reference/errors.md").split(`\n### ${code}\n`);
  expect(section.split("\n### ")[0]).toMatch(/\n```sh\n\S.*\n```\n/);
});
