import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { ROOT, run, tool } from "./tools.ts";

const FOLDER = "docs/examples/workflows";

test("GitHub's workflows have no fault that actionlint knows", async () => {
  const files = readdirSync(`${ROOT}${FOLDER}`).filter((name) => name.startsWith("github-"));
  expect(files.length).toBeGreaterThanOrEqual(4);
  const paths = files.map((name) => `${FOLDER}/${name}`);
  expect(await run(tool.actionlint, ["-no-color", "-oneline", ...paths])).toBe("");
});
