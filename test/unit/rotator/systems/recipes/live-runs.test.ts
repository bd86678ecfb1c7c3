import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { loadRecipe, shippedRecipes } from "../../../../../rotator/systems/http/load-recipe.ts";
import { LIVE_RUNS, type LiveRun } from "../../../../live/runs.ts";

/** Recipes whose products run for real in other suites. */
const IN_OTHER_SUITES = ["reporting-app", "verdaccio"];

test("each recipe says how it was run, as the table of live runs does", async () => {
  const runs = Object.values<LiveRun>(LIVE_RUNS);
  for (const name of await shippedRecipes()) {
    const run = runs.find(({ by }) => by.includes(name));
    const ranInCi = IN_OTHER_SUITES.includes(name) || (run && run.byHand === undefined);
    const said = ranInCi ? "product" : run ? "by-hand" : "fake";
    expect([name, (await loadRecipe(name, "/")).run_against]).toEqual([name, said]);
  }
});

test("each run of the table is a file of live tests", async () => {
  const folder = new URL("../../../../live/", import.meta.url);
  const [inCi, byHand] = [await readdir(folder), await readdir(new URL("by-hand/", folder))];
  for (const [name, run] of Object.entries<LiveRun>(LIVE_RUNS))
    expect(run.byHand === undefined ? inCi : byHand).toContain(`${name}.test.ts`);
});
