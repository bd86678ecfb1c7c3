import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { errorsPage } from "../../../docs/generate/errors-page.ts";
import { generatedPages } from "../../../docs/generate/pages.ts";
import { listSettings } from "../../../rotator/config/settings.ts";

const ROOT = new URL("../../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");

test.each(Object.entries(generatedPages()))("%s is current (else: npm run docs)", (path, text) => {
  expect(read(path)).toBe(text);
});

describe("the page of errors", () => {
  const onPage = new Set(
    [...errorsPage().matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, code]) => code),
  );
  const sources = ["rotator", "stacks"]
    .flatMap((folder) =>
      readdirSync(new URL(folder, ROOT), { recursive: true, encoding: "utf8" }).map(
        (path) => `${folder}/${path}`,
      ),
    )
    .filter((path) => path.endsWith(".ts") && !path.endsWith("error-codes.ts"))
    .map(read);
  const raised = new Set(
    sources
      .flatMap((text) => [
        ...text.matchAll(/new (?:Kit|Rotation|Operations|Declaration|Rules)Error\(\s*"(\w+)"/g),
      ])
      .map(([, code]) => code),
  );

  test("lists every code that the sources raise", () => {
    expect([...raised].filter((code) => !onPage.has(code))).toEqual([]);
  });

  test("lists no code that nothing mentions", () => {
    const mentioned = (code: string | undefined) =>
      sources.some((text) => text.includes(`"${code}"`) || text.includes(`.${code}`));
    expect([...onPage].filter((code) => !mentioned(code))).toEqual([]);
  });
});

test("every setting of rotator.yaml says what it means", () => {
  const page = read("docs/reference/rotator-configuration.md");
  expect(page.split("\n").filter((line) => /^\| `[^|]*` \|.*\|\s*\|$/.test(line))).toEqual([]);
});

test("no setting's variable can be taken for the file of another", () => {
  const variables = new Set(listSettings().map(({ variable }) => variable));
  expect([...variables].filter((variable) => variables.has(`${variable}_FILE`))).toEqual([]);
});
