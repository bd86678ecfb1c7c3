import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { linesToCopy } from "./command-lines.ts";
import { SHOWN } from "./shown-lines.ts";

const ROOT = join(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

const inside = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((page) =>
    join(folder, page),
  );
/** test/e2e/slow/runbooks runs every line of each of these, in their order. */
const RUN_AS_A_WHOLE = /^docs\/runbooks\//;

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ...inside("docs"),
  ...inside("deploy"),
]
  .filter((page) => page.endsWith(".md"))
  .filter((page) => !RUN_AS_A_WHOLE.test(page));
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
  expect([...new Set(shown)].sort()).toEqual(known.sort());
});
