import { expect, onTestFinished, test } from "vitest";
import { runCommand } from "../../../harness/processes.ts";
import { startReportingApp } from "../../../harness/reporting-app/start.ts";

const example = new URL("../../../../docs/examples/recipe.test.ts", import.meta.url).pathname;

test("the contract checks of docs/guides/write-a-recipe.md run as they are shown", async () => {
  const app = await startReportingApp({
    accounts: [
      { username: "svc-test", password: "First-password-1" },
      { username: "root", password: "Admin-password-1", admin: true },
    ],
  });
  onTestFinished(() => app.stop());
  const { code, stdout } = await runCommand(
    process.execPath,
    ["--import", "tsx", "--test", "--test-reporter", "tap", example],
    {
      env: {
        PATH: process.env.PATH ?? "",
        ORIGIN: app.url,
        ADMIN_USERNAME: "root",
        ADMIN_PASSWORD: "Admin-password-1",
      },
    },
  );
  expect({ code, stdout }).toMatchObject({ code: 0 });
  expect(stdout).toMatch(/# pass 1\d/);
});
