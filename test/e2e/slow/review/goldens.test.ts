import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findPlans } from "../../../../stacks/review/read/find-plans.ts";
import { reviewPlans } from "../../../../stacks/review/review.ts";
import { markdown } from "../../../../stacks/review/say/markdown.ts";
import { planOf } from "../../../review/plan-of.ts";
import { hclScenarios } from "../../../review/scenarios/hcl.ts";
import { outOfStateScenarios } from "../../../review/scenarios/out-of-state.ts";
import { providerScenarios } from "../../../review/scenarios/provider.ts";
import { noStream, OPTIONS, PLANS } from "../../../unit/stacks/review/plans.ts";
import { setStackStage } from "../stacks/stage.ts";

/** Of each way in which a plan of the collection comes about, one. */
const SAMPLE = [
  "create",
  "update-after-rotation",
  "rename-protected",
  "steps-update",
  "hcl-create",
];
const scenarios = [...providerScenarios, ...outOfStateScenarios, ...hclScenarios];

test.each(
  scenarios.filter(({ name }) => SAMPLE.includes(name)),
)("a plan that Terraform makes today is reviewed as the collection says: $name", async (scenario) => {
  const stage = await setStackStage();
  onTestFinished(() => stage.stop());
  const folder = mkdtempSync(join(tmpdir(), "rotation-kit-golden-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(await planOf(scenario, stage))) {
    writeFileSync(join(folder, name), text);
  }
  const golden = readFileSync(join(PLANS, scenario.name, "review.md"), "utf8");
  expect(markdown(reviewPlans(findPlans(folder, noStream), OPTIONS))).toBe(golden);
});
