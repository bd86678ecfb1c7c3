import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const page = readFileSync("SECURITY.md", "utf8");
const rows = page
  .slice(page.indexOf("## What proves it"))
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (---|promise|\*\*)/.test(line));

test("the table of proofs has its promises", () => {
  expect(rows.length).toBeGreaterThan(30);
});

test.each(rows)("is proved by tests that exist: %s", (row) => {
  const proofs = [...row.matchAll(/\]\((test\/[\w./-]+)\) “([^”]+)”/g)];
  expect(proofs).not.toEqual([]);
  for (const [, file = "", title = ""] of proofs) {
    const titles = [...readFileSync(file, "utf8").matchAll(/\(\s*(["`])(.*?)\1,/g)].map(
      ([, , it]) => it,
    );
    expect(titles.some((it) => it?.startsWith(title))).toBe(true);
  }
});
