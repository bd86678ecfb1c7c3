import { Command } from "commander";
import { defined } from "../../common/defined.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import { RULES } from "../rules/all.ts";
import { shown } from "../rules/display.ts";
import type { RulePolicy } from "../rules/policy.ts";
import { loadRulePolicy, RULES_FILE } from "../rules/policy-file.ts";
import type { Example, Rule } from "../rules/rule.ts";
import type { Severity } from "../rules/severity.ts";
import { type CommandIo, processIo } from "./io.ts";
import { printJson, writeTable } from "./output.ts";

interface Options {
  readonly policy?: string;
  readonly json?: true;
}

/** `rotation-kit rules`: every rule as the policy has it; `rules explain ID`: one of them. */
export function rulesCommand(io: CommandIo = processIo): Command {
  const command = new Command("rules")
    .description("list the rules for declarations and plans")
    .addHelpText("after", HELP);
  command.addCommand(listCommand(io), { isDefault: true });
  command.addCommand(explainCommand(io));
  return command;
}

const HELP = `
Examples:
  rotation-kit rules list                   # every rule, with its severity under ${RULES_FILE}
  rotation-kit rules --policy strict.yaml   # the same under another policy, which is checked by that
  rotation-kit rules explain AKR030         # why a rule exists, what to do, examples
`;

const POLICY = "--policy <file>";
const POLICY_HELP = `policy file (default: ${RULES_FILE} of this directory, if there is one)`;

function listCommand(io: CommandIo): Command {
  return new Command("list")
    .description("list every rule, with the policy applied")
    .option(POLICY, POLICY_HELP)
    .option("--json", "print one JSON document (rotation-kit/rules/v1)")
    .action((options: Options) => {
      const policy = loadRulePolicy(options.policy);
      const rules = RULES.map((rule) => describe(rule, policy));
      if (options.json) printJson(io, "rules", { fail_at: policy.fail_at, rules });
      else writeTable(io, ["RULE", "SEVERITY", "PHASE", "TITLE"], rules.map(row));
    });
}

function explainCommand(io: CommandIo): Command {
  return new Command("explain")
    .description("explain a rule: why it exists, what to do about a finding, examples")
    .argument("<rule>", "id of the rule, for example AKR030")
    .option(POLICY, POLICY_HELP)
    .option("--json", "print one JSON document (rotation-kit/rules/v1)")
    .action((id: string, options: Options) => {
      const rule = RULES.find((rule) => rule.id === id.toUpperCase());
      if (rule === undefined) {
        throw new KitError("rule_unknown", {
          id: shown(id),
          known: RULES.map((rule) => rule.id).join(", "),
        });
      }
      const policy = loadRulePolicy(options.policy);
      const description = describe(rule, policy);
      if (options.json) printJson(io, "rules", { fail_at: policy.fail_at, rules: [description] });
      else io.out(explanation(description));
    });
}

/** A rule as commands show it. */
interface Description {
  readonly id: string;
  readonly title: string;
  /** Of its findings under this policy; single findings can be milder or worse. */
  readonly severity: Severity | "off";
  readonly default_severity: Severity;
  /** Why the policy switches it off. */
  readonly off_reason?: string;
  readonly off_owner?: string;
  readonly phase: "synth" | "plan";
  readonly reason: string;
  readonly remedy: string;
  readonly examples: { readonly pass: string[]; readonly fail: string[] };
}

function describe(rule: Rule, policy: RulePolicy): Description {
  const { id, title, phase, reason, remedy, examples, severity } = rule;
  const off = policy.off[id];
  return {
    id,
    title,
    severity: off === undefined ? (policy.severity[id] ?? severity) : "off",
    default_severity: severity,
    ...defined({ off_reason: off?.reason, off_owner: off?.owner }),
    phase,
    reason,
    remedy,
    examples: { pass: examples.pass.map(titleOf), fail: examples.fail.map(titleOf) },
  };
}

const titleOf = ({ title }: Example): string => title;

const row = ({ id, severity, phase, title }: Description): string[] => [id, severity, phase, title];

function explanation(rule: Description): string {
  const {
    id,
    title,
    severity,
    default_severity: usual,
    off_reason: off,
    off_owner: owner = "",
    phase,
  } = rule;
  const changed = severity === usual ? "" : `, by default ${usual}`;
  const because = off === undefined ? "" : ` (${shown(off)}, says ${shown(owner)})`;
  const list = (titles: readonly string[]) => titles.map((text) => `  - ${text}\n`).join("");
  return `${id} ${title}

Severity  ${severity}${because}${changed}
Judged    ${phase === "synth" ? "at synth, and in the review of a plan" : "in the review of a plan"}
Why       ${rule.reason}
Remedy    ${rule.remedy}

Found:
${list(rule.examples.fail)}
Accepted:
${list(rule.examples.pass)}`;
}
