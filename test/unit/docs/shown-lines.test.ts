import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { linesToCopy } from "./command-lines.ts";
import { SHOWN } from "./shown-lines.ts";

const ROOT = join(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

const pages = [
  "README.md",
  "docs/examples/project/README.md",
  ...readdirSync(join(ROOT, "docs/guides")).map((page) => `docs/guides/${page}`),
];
const PROGRAM =
  /^\(?(?:[A-Z_]+=\S*\s+)*(?:[A-Z_]+=\$\(|(?:rotation-kit|npx|npm|cdktf|terraform|kubectl|openssl|curl|jq|node|umask|bash|echo|\.) |npx$|deploy\/|export [A-Z])/;

test("every line for a shell is run by a test, or shown-lines.ts says why not", () => {
  const shown = pages.flatMap((page) =>
    linesToCopy(read(page))
      .filter((line) => PROGRAM.test(line))
      .map((line) => `${page}: ${line}`),
  );
  const known = Object.entries(SHOWN).flatMap(([page, lines]) =>
    Object.keys(lines).map((line) => `${page}: ${line}`),
  );
  expect(shown.sort()).toEqual(known.sort());
});
