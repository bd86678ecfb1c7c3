import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { textReport } from "../../demo/report.ts";
import { steps } from "../../demo/steps.ts";

const ROOT = join(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** The pages that a page links to, from the top of the repository. */
const linksOf = (page: string) =>
  [...read(page).matchAll(/\]\((?!https?:|#)([^)\s#]+\.md)[^)\s]*\)/g)].map(([, link = ""]) =>
    join(page, "..", link),
  );

test("a reader finds every page from README.md in two clicks", () => {
  const first = linksOf("README.md");
  const found = new Set([...first, ...first.flatMap(linksOf)]);
  const pages = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => join("docs", path));
  expect(pages.filter((page) => !found.has(page))).toEqual([]);
});

test.each([
  "Start",
  "Declare",
  "Review",
  "Run",
  "Operate",
  "Extend",
  "Reference",
])("README.md leads to: %s", (part) => {
  expect(read("README.md")).toMatch(new RegExp(`^- \\*\\*${part}\\*\\*: \\[`, "m"));
});

test("the section that the demo names at its end is in README.md", () => {
  const out = new PassThrough({ encoding: "utf8" });
  textReport(out as unknown as NodeJS.WriteStream).ended([], true);
  const [, section = ""] = /"([^"]+)" in README\.md/.exec(out.read()) ?? [];
  expect(read("README.md")).toContain(`### ${section}\n`);
});

test("README.md shows the steps that the demo takes", () => {
  const shown = [...read("README.md").matchAll(/^\d+\/\d+ (.+)$/gm)].map(([, title]) => title);
  expect(shown).toEqual(steps.map(({ title }) => title));
});
