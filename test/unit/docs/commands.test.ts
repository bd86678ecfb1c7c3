import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { createProgram } from "../../../program.ts";

const ROOT = join(import.meta.dirname, "../../..");
const pages = [
  ...["README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"],
  ...["docs", "deploy"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.(md|ya?ml|service)$/.test(path))
      .map((path) => join(folder, path)),
  ),
];

/** The command lines of a page: in code between backticks, and the lines of its code blocks. */
function commandLinesOf(page: string): string[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  const spans = [...text.matchAll(/`((?:npx )?rotation-kit [^`]+)`/g)].map(([, code = ""]) => code);
  const lines = [...text.matchAll(/^(?: {4}|- run: |\s+run: |\$ )((?:npx )?rotation-kit .+)$/gm)];
  return [...spans, ...lines.map(([, line = ""]) => line)];
}

/** What a command line names that the program does not have; nothing where all of it is there. */
function unknownIn(line: string): string[] {
  const command = line.replace(/\s{2,}.*$|\s[#>|(].*$|\\$/g, "");
  const words = command.replace(/^npx /, "").split(/\s+/).slice(1);
  let here: Command = createProgram();
  const unknown: string[] = [];
  let maySelect = true;
  for (const word of words) {
    const child = here.commands.find((one) => one.name() === word);
    if (maySelect && child) here = child;
    else if (word.startsWith("-") && word !== "-") {
      maySelect = false;
      const flag = word.replace(/[=,.;].*$/, "");
      const known =
        flag === "--help" ||
        here.options.some((option) => option.long === flag || option.short === flag);
      if (!known) unknown.push(flag);
    } else {
      if (maySelect && here.commands.length > 0) return [word];
      maySelect = false;
    }
  }
  return unknown;
}

test.each(
  pages.filter((page) => commandLinesOf(page).length > 0),
)("every command that %s shows is there, with its options", (page) => {
  const wrong = commandLinesOf(page).map((line) => ({ line, unknown: unknownIn(line) }));
  expect(wrong.filter(({ unknown }) => unknown.length > 0)).toEqual([]);
});

test.each([
  ["rotation-kit sattus --path /prod/", ["sattus"]],
  ["npx rotation-kit status --pth /prod/", ["--pth"]],
  ["rotation-kit item repare NAME", ["repare"]],
  ["rotation-kit item repair NAME --config rotator.yaml   # stores it", []],
])("a wrong word is found in %s", (line, unknown) => {
  expect(unknownIn(line)).toEqual(unknown);
});
