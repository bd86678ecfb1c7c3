import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const page = readFileSync("SECURITY.md", "utf8");
const files = new Map(
  [...page.matchAll(/^\[([\w./-]+)\]: (test\/\S+)$/gm)].map(([, name, file]) => [name, file]),
);
const rows = page
  .slice(page.indexOf("## What proves it"))
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (---|promise|\*\*)/.test(line));

test("the table of proofs has its promises", () => {
  expect(rows.length).toBeGreaterThan(30);
});

test.each(rows)("is proved by tests that exist: %s", (row) => {
  const proofs = [...row.matchAll(/\[([\w./-]+)\] ((?:“[^”]+”(?:, )?)+)/g)];
  expect(proofs).not.toEqual([]);
  for (const [, name = "", quoted = ""] of proofs) {
    const text = readFileSync(files.get(name) ?? "", "utf8");
    const titles = [...text.matchAll(/\(\s*(["`])(.*?)\1,/g)].map(([, , title]) => title);
    for (const [, title = ""] of quoted.matchAll(/“([^”]+)”/g))
      expect(titles.some((it) => it?.startsWith(title))).toBe(true);
  }
});
