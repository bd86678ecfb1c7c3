import * as z from "zod";
import { RULES } from "../../stacks/rules/all.ts";
import { rulePolicySchema } from "../../stacks/rules/policy-schema.ts";
import type { Example, Rule } from "../../stacks/rules/rule.ts";
import { code, GENERATED, table } from "./markdown.ts";

/** docs/reference/rules.md, from the files of stacks/rules/domain and the policy's schema. */
export function rulesPage(): string {
  return `# Rules

${GENERATED}

\`RotationStack\` applies these rules to every declaration when it is synthesized. Rules of phase *plan* need to know what
changes, so they apply to plans only; rules of phase *synth* apply to both. \`rotation-kit rules\` lists them, \`rotation-kit rules explain AKR030\` explains one.

A finding shows the rule's id, its severity, what was found and what to do. It never shows a value of a payload, because
rules see only the fields and whether Terraform hides them. Rules skip what only Terraform knows (variables, attributes
of other resources).

${table(["Rule", "Severity", "Phase", "Title"], RULES.map(overview))}

The table shows the usual severity of a rule's findings. If a case has another one, its example says so.

## rules.yaml

Put the policy beside \`cdktf.json\`. Without it, the defaults below apply. Everything is optional.
[rules.schema.json](rules.schema.json) is its schema for editors:

\`\`\`yaml
# yaml-language-server: $schema=docs/reference/rules.schema.json
fail_at: high
severity:
  AKR013: info
off:
  AKR044: { reason: our users work on managed machines, owner: platform team }
limits:
  max_rotation_interval: 90d
allowed:
  target_hosts: ["*.internal.example.com"]
waivers:
  - rule: AKR050
    resource: rotation-staging/*
    reason: goes away with the old system
    owner: platform team
    expires: 2026-12-31
\`\`\`

${table(["Setting", "Default", "Meaning"], settings())}

A waiver accepts the findings of one rule for the resources whose address
(\`akeyless_rotated_secret_custom.x\`) or construct path (\`rotation-production/x/Resource\`) matches,
until the end of its last day (UTC), at most a year ahead. After that it accepts nothing and is a finding itself (AKR095).
A waiver that matches nothing is a finding too (AKR096). Waived findings stay visible as notes. In code, write the waiver
beside its construct:

\`\`\`ts
waive(credential, "AKR050", {
  reason: "goes away with the old system",
  until: "2026-12-31",
  owner: "platform team",
});
\`\`\`

To turn a rule off in one environment only, use \`rulesOff\` of that environment. A review finds what
the code waives and turns off in the \`cdk.tf.json\` beside the plan. It names each finding that is accepted,
by whom and why, and each rule that is off. A mistake in the file stops the synthesis, which then lists all
problems.

${RULES.map(section).join("\n")}`;
}

const overview = ({ id, severity, phase, title }: Rule): string[] => [
  `[${id}](#${id.toLowerCase()})`,
  severity,
  phase,
  title,
];

const section = ({
  id,
  title,
  severity,
  phase,
  reason,
  remedy,
  examples,
}: Rule): string => `## ${id}

**${title}** (${severity}, ${phase})

${reason}

${remedy}

${list("Found", examples.fail)}
${list("Accepted", examples.pass)}`;

const list = (heading: string, examples: readonly Example[]): string =>
  `${heading}:\n\n${examples.map(({ title }) => `- ${title}\n`).join("")}`;

interface Schema {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** One row a setting, nested ones with their path. */
function settings(): string[][] {
  return rows(z.toJSONSchema(rulePolicySchema, { io: "input" }) as Schema, "");
}

function rows(schema: Schema, prefix: string): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const path = `${prefix}${name}`;
    const own =
      inner.description === undefined ? [] : [[code(path), defaultOf(inner), inner.description]];
    return [...own, ...rows(inner, `${path}.`), ...rows(inner.items ?? {}, `${path}[].`)];
  });
}

const defaultOf = (schema: Schema): string =>
  schema.default === undefined ? "" : code(JSON.stringify(schema.default));
