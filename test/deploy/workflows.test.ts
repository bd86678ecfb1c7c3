import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { ROOT, run, tool } from "./tools.ts";

const FOLDERS = [".github/workflows", "docs/examples/workflows"];

test("GitHub's workflows have no fault that actionlint knows", async () => {
  const paths = FOLDERS.flatMap((folder) =>
    readdirSync(`${ROOT}${folder}`)
      .filter((name) => folder.startsWith(".github") || name.startsWith("github-"))
      .map((name) => `${folder}/${name}`),
  );
  expect(paths.length).toBeGreaterThanOrEqual(5);
  expect(await run(tool.actionlint, ["-no-color", "-oneline", ...paths])).toBe("");
});
