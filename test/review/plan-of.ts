import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Stage } from "../e2e/slow/stacks/stage.ts";
import { normalized } from "./normalized.ts";
import { nothing, type Scenario } from "./scenario.ts";

/** Makes the plan of a scenario: the files of its folder, by name, without what differs between runs. */
export async function planOf(scenario: Scenario, stage: Stage): Promise<Record<string, string>> {
  const { before, after = before ?? nothing, hcl, args = [] } = scenario;
  if (before !== undefined) await stage.deploy(before);
  await scenario.meanwhile?.(stage);
  if (hcl === undefined) {
    await stage.synthesize(after);
  } else {
    await mkdir(stage.folder, { recursive: true });
    await writeFile(path.join(stage.folder, "main.tf"), hcl);
    await stage.terraform(["init", "-input=false"]);
  }
  // A constraint that fails, or protection, leaves a plan all the same.
  await stage.terraform(["plan", "-input=false", "-out=plan", ...args], { mayFail: true });
  const { stdout } = await stage.terraform(["show", "-json", "plan"]);
  const plan = { "plan.json": normalized(stdout, stage) };
  if (hcl !== undefined) return plan;
  const code = await readFile(path.join(stage.folder, "cdk.tf.json"), "utf8");
  return { ...plan, "cdk.tf.json": normalized(code, stage) };
}
