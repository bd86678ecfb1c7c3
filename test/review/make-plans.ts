/**
 * Makes the plans that the tests review, with real Terraform and the stand-in provider:
 * `node --import tsx test/review/make-plans.ts [name...]`. Takes some minutes. Where `tofu` is on the
 * PATH, some are made with OpenTofu too.
 */
import { spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Stage, setStackStage } from "../e2e/slow/stacks/stage.ts";
import { planOf } from "./plan-of.ts";
import type { Scenario } from "./scenario.ts";
import { hclScenarios } from "./scenarios/hcl.ts";
import { outOfStateScenarios } from "./scenarios/out-of-state.ts";
import { providerScenarios } from "./scenarios/provider.ts";

const folder = path.join(import.meta.dirname, "fixtures");
const byTerraform = [...providerScenarios, ...outOfStateScenarios, ...hclScenarios];
const scenarios = [...byTerraform, ...byTofu(byTerraform)];
const wanted = process.argv.slice(2);

for (const scenario of scenarios) {
  if (wanted.length > 0 && !wanted.includes(scenario.name)) continue;
  const stage = await setStackStage({}, scenario.binary);
  try {
    await make(scenario, stage);
    process.stdout.write(`${scenario.name}\n`);
  } catch (error) {
    process.stderr.write(`${scenario.name}: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  } finally {
    await stage.stop();
  }
}

/** The scenarios in which the two write different plans, or could. Steps of the kit need OpenTofu 1.10. */
function byTofu(all: readonly Scenario[]): Scenario[] {
  const names = [
    ...[
      "create",
      "rename",
      "update-after-rotation",
      "import",
      "import-with-steps",
      "tainted",
      "deposed",
      "destroy",
    ],
    ...["only-the-target", "refresh-only", "unknown-name", "failed-check", "sensitive-map"],
    ...["construct-moved", "rename-protected"],
  ];
  if (spawnSync("tofu", ["version"]).error !== undefined) {
    process.stderr.write("there is no tofu on the PATH: its plans are left as they are\n");
    return [];
  }
  return all
    .filter(({ name }) => names.includes(name))
    .map((scenario) => ({ ...scenario, name: `tofu-${scenario.name}`, binary: "tofu" }));
}

async function make(scenario: Scenario, stage: Stage): Promise<void> {
  const files = await planOf(scenario, stage);
  const place = path.join(folder, scenario.name);
  await mkdir(place, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(place, name), text);
}
