import { readdirSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { ITEM } from "../../../harness/rotator-stage.ts";
import { RUNBOOKS, readPage } from "./page.ts";
import { SCENARIOS } from "./scenarios.ts";

const pages = readdirSync(RUNBOOKS)
  .filter((name) => name !== "README.md")
  .map((name) => name.replace(/\.md$/, ""));

test.each(pages)("the commands of %s repair its failure, in their order", async (name) => {
  const scenario = SCENARIOS[name];
  if (scenario === undefined) throw new Error(`write a scenario for ${name}`);
  const page = readPage(name);
  const duty = await scenario.begin();
  onTestFinished(() => duty.stop());
  const { stage, shell } = duty;
  if (scenario.code !== undefined)
    expect(await stage.rotate()).toMatchObject({ error: expect.stringContaining(scenario.code) });

  // What is asked of a rotator that fails may fail.
  const found = await shell(page.get("Find out") ?? "", { strict: false });
  expect(found.output).not.toMatch(/command not found|unknown (option|command)/);
  const input = scenario.typed ?? "";
  for (const part of ["Repair", "Verify", "Undo"] as const) {
    const { code, output } = await shell(page.get(part) ?? "", { strict: true, input });
    expect({ part, code }, output).toEqual({ part, code: 0 });
    if (part === "Repair") continue;
    const { username, current_password: password } = await stage.stored();
    expect(await stage.app.accepts(String(username), String(password))).toBe(true);
    expect(stage.gateway.item(ITEM)?.status).toBe("RotationSucceeded");
  }
});
