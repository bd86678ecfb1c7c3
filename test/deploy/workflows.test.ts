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

test("GitLab's pipeline fits GitLab's own schema", async () => {
  const schema = ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"];
  const file = `${ROOT}docs/examples/workflows/gitlab-ci.yml`;
  expect(await run(tool.checkJsonschema, [...schema, file])).toMatch(/^ok/);
});
