import { join } from "node:path";
import { Command } from "commander";
import { defined } from "../../common/defined.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import { plainText } from "../../common/plain-text.ts";
import { refusedStack, withoutPlan } from "../review/failed.ts";
import type { PlanFile } from "../review/read/find-plans.ts";
import { reviewPlans } from "../review/review.ts";
import type { UndigestedStack } from "../review/review-schema.ts";
import { neutral, terminalLine } from "../review/say/neutral.ts";
import { loadRulePolicy, RULES_FILE } from "../rules/policy-file.ts";
import { type CommandIo, processIo } from "./io.ts";
import { EXIT_CODES } from "./output.ts";
import { removeSavedPlans, synthesize } from "./plan/synthesize.ts";
import { planStack } from "./plan/terraform.ts";
import { type PresentOptions, present, presentOptions } from "./review/present.ts";

interface Options extends PresentOptions {
  readonly policy?: string;
  readonly terraform?: string;
  readonly keep?: true;
  readonly save?: true;
}

/** Longest line of a failed synthesis that is shown, in characters. */
const MAX_LINE = 1500;

const HELP = `
Examples:
  rotation-kit plan
  rotation-kit plan production --also json=review.json
  TERRAFORM_BINARY_NAME=tofu rotation-kit plan

Without --keep and --save no plan, and no JSON of one, is left behind: both hold secrets.
${EXIT_CODES}`;

/** `rotation-kit plan`: synthesize, plan with Terraform or OpenTofu, and review. */
export function planCommand(io: CommandIo = processIo): Command {
  const command = new Command("plan")
    .description("synthesize, plan each stack, and review the plans")
    .argument("[stack...]", "only these stacks (default: all)")
    .option(
      "--terraform <binary>",
      "terraform or tofu (default: TERRAFORM_BINARY_NAME, else terraform)",
    )
    .option("--keep", "leave each plan's JSON as plan.json beside cdk.tf.json, mode 0600")
    .option("--save", "leave each plan as tfplan beside cdk.tf.json, to apply it, mode 0600")
    .option(
      "--policy <file>",
      `policy file (default: ${RULES_FILE} of this directory, if there is one)`,
    );
  for (const option of presentOptions()) command.addOption(option);
  return command
    .addHelpText("after", HELP)
    .action(async (stacks: readonly string[], options: Options) => {
      const stop = new AbortController();
      io.onInterrupt?.(() => stop.abort());
      try {
        await plan(stacks, options, io, stop.signal);
      } catch (error) {
        if (!stop.signal.aborted) throw error;
        io.err("interrupted; no plan is left behind\n");
        io.setExitCode(1);
      }
    });
}

async function plan(
  wanted: readonly string[],
  options: Options,
  io: CommandIo,
  signal: AbortSignal,
): Promise<void> {
  const policy = loadRulePolicy(options.policy);
  const { failOn } = options;
  const judged = { policy, now: io.clock.now(), ...defined({ failOn }) };
  if (options.save) removeSavedPlans(process.cwd());
  io.progress?.("synthesizing");
  const synthesis = await synthesize(process.cwd(), io.environment, signal);
  if ("refusals" in synthesis) {
    if (synthesis.refusals.length === 0) {
      complain(synthesis.complaint, io);
      throw new KitError("synthesis_failed");
    }
    const refused = [refusedStack(synthesis.refusals)];
    await present(reviewPlans({ plans: [], unplanned: [] }, judged, refused), options, io);
    return;
  }
  const unknown = wanted.filter((stack) => !synthesis.stacks.includes(stack));
  if (unknown.length > 0 || synthesis.stacks.length === 0) {
    throw new KitError("stack_unknown", {
      wanted: unknown.map(plainText).join(", ") || "any",
      stacks: synthesis.stacks.join(", ") || "none",
    });
  }
  const plans: PlanFile[] = [];
  const failed: UndigestedStack[] = [];
  for (const stack of wanted.length > 0 ? wanted : synthesis.stacks) {
    const planned = await planStack(stack, join(synthesis.folder, "stacks", stack), {
      binary: options.terraform ?? io.environment.TERRAFORM_BINARY_NAME ?? "terraform",
      environment: io.environment,
      signal,
      keep: options.keep ?? false,
      save: options.save ?? false,
      progress: (step) => io.progress?.(`${stack}: ${step}`),
    });
    if ("file" in planned) plans.push(planned.file);
    else failed.push(withoutPlan(planned.stack, planned.failure));
  }
  await present(reviewPlans({ plans, unplanned: [] }, judged, failed), options, io);
}

/** Last lines of a synthesis that failed. */
function complain(complaint: string, io: CommandIo): void {
  for (const line of complaint.split("\n").slice(-40)) {
    io.err(`${terminalLine(neutral(line, MAX_LINE))}\n`);
  }
}
