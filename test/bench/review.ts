/**
 * `npm run bench:review`: a plan of 10,000 changed secrets, reviewed in a process of its own; its
 * processor time beside that of JSON.parse alone, and the peak of its memory.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPlans } from "../../stacks/review/read/find-plans.ts";
import { reviewPlans } from "../../stacks/review/review.ts";
import { markdown } from "../../stacks/review/say/markdown.ts";
import { DEFAULT_RULE_POLICY } from "../../stacks/rules/policy-schema.ts";

const COUNT = 10_000;
const MB = 1024 * 1024;

/** What is measured, by the word that a process of its own is started with. */
const WORK: Readonly<Record<string, (file: string) => unknown>> = {
  parse: (file) => JSON.parse(readFileSync(file, "utf8")),
  review: (file) => {
    const plans = findPlans(file, () => new Uint8Array());
    return markdown(reviewPlans(plans, { policy: DEFAULT_RULE_POLICY, now: Date.now() }));
  },
};

const [kind = "", given = ""] = process.argv.slice(2);
const work = WORK[kind];
if (work === undefined) {
  compare();
} else {
  const before = process.cpuUsage();
  work(given);
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${(user + system) / 1e6} ${process.resourceUsage().maxRSS / 1024}`);
}

function compare(): void {
  const folder = mkdtempSync(join(tmpdir(), "rotation-kit-bench-"));
  try {
    const file = join(folder, "plan.json");
    writeFileSync(file, bigPlan());
    const size = readFileSync(file).length / MB;
    const told = Object.keys(WORK).map((name) => {
      const args = [...process.execArgv, import.meta.filename, name, file];
      const [seconds, peak] = execFileSync(process.execPath, args, { encoding: "utf8" }).split(" ");
      return `${name} ${Number(seconds).toFixed(2)} s, ${Number(peak).toFixed(0)} MB`;
    });
    process.stdout.write(`${COUNT} changes, ${size.toFixed(0)} MB: ${told.join("; ")}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One changed secret of a real plan, as often as asked for, with what a plan says of it elsewhere. */
function bigPlan(): string {
  const source = new URL("../review/fixtures/update-description/plan.json", import.meta.url);
  const plan = JSON.parse(readFileSync(source, "utf8"));
  const copies = (entries: readonly object[]) =>
    entries.flatMap((entry) => {
      const text = JSON.stringify(entry);
      if (!text.includes("akeyless_rotated_secret_custom.app_735A5B53")) return [entry];
      return Array.from({ length: COUNT }, (_, index) =>
        JSON.parse(
          text
            .replaceAll("app_735A5B53", `app-${index}_735A5B53`)
            .replaceAll("/prod/app", `/prod/app-${index}`)
            .replaceAll("canary-initial", `canary-${index}-initial`),
        ),
      );
    });
  plan.resource_changes = copies(plan.resource_changes);
  for (const state of [plan.planned_values, plan.prior_state.values]) {
    state.root_module.resources = copies(state.root_module.resources);
  }
  plan.configuration.root_module.resources = copies(plan.configuration.root_module.resources);
  return JSON.stringify(plan);
}
