import { readFileSync } from "node:fs";
import { Command } from "commander";
import { defined } from "../../common/defined.ts";
import { findPlans } from "../review/read/find-plans.ts";
import { reviewPlans } from "../review/review.ts";
import { loadRulePolicy, RULES_FILE } from "../rules/policy-file.ts";
import { type CommandIo, processIo } from "./io.ts";
import { EXIT_CODES } from "./output.ts";
import { type PresentOptions, present, presentOptions } from "./review/present.ts";

interface Options extends PresentOptions {
  readonly policy?: string;
}

const HELP = `
Examples:
  terraform show -json tfplan | rotation-kit review -
  rotation-kit review plan.json --format markdown
  rotation-kit review cdktf.out --also json=review.json --also sarif=review.sarif

With AKEYLESS_GATEWAY and a login in the environment, the gateway is asked when the secrets rotate, and
whether it has what the plan creates.
${EXIT_CODES}`;

/** `rotation-kit review`: what a plan does to passwords, and never a password. */
export function reviewCommand(io: CommandIo = processIo): Command {
  const command = new Command("review")
    .description("review a plan: what happens to each password, and what is dangerous")
    .argument("<plan>", "JSON of a plan, - for standard input, or a folder such as cdktf.out")
    .option(
      "--policy <file>",
      `policy file (default: ${RULES_FILE} of this directory, if there is one)`,
    );
  for (const option of presentOptions()) command.addOption(option);
  return command.addHelpText("after", HELP).action(async (source: string, options: Options) => {
    const policy = loadRulePolicy(options.policy);
    const plans = findPlans(source, () => readFileSync(0));
    const { failOn } = options;
    const review = reviewPlans(plans, { policy, now: io.clock.now(), ...defined({ failOn }) });
    await present(review, options, io);
  });
}
