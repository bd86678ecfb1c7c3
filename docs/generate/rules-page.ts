import * as z from "zod";
import { RULES } from "../../stacks/rules/all.ts";
import { rulePolicySchema } from "../../stacks/rules/policy-schema.ts";
import type { Example, Rule } from "../../stacks/rules/rule.ts";
import { code, GENERATED, table } from "./markdown.ts";

/** docs/reference/rules.md, from the files of stacks/rules/domain and the policy's schema. */
export function rulesPage(): string {
  return `# Rules

${GENERATED}

Every declaration is judged by these rules when it is synthesized: \`RotationStack\` applies them to
each stack. Rules of phase *plan* need to know what changes, and so judge plans only; rules of phase
*synth* judge both. \`rotation-kit rules\` lists them, \`rotation-kit rules explain AKR030\` explains one.

A finding shows id, severity, what was found and what to do. It never shows a value of a payload:
rules do not get them, only which fields there are and whether Terraform hides them. What is known
only to Terraform (variables, attributes of other resources) is not judged.

${table(["Rule", "Severity", "Phase", "Title"], RULES.map(overview))}

A severity is that of most findings of the rule; where a case is milder or worse, its example says so.

## rules.yaml

The policy is beside \`cdktf.json\`. Without it the defaults below hold. Everything is optional;
[rules.schema.json](rules.schema.json) describes the file to editors:

\`\`\`yaml
# yaml-language-server: $schema=docs/reference/rules.schema.json
fail_at: high
severity:
  AKR013: info
off:
  AKR044: { reason: our users sit on managed machines, owner: platform team }
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
through the whole of its last day, UTC, at most a year ahead. After that it accepts nothing any more
and is a finding itself (AKR095), as is one that accepts nothing (AKR096). What is waived stays
visible, as a note. In code a waiver has its place beside the construct that it is for:

\`\`\`ts
waive(credential, "AKR050", {
  reason: "goes away with the old system",
  until: "2026-12-31",
  owner: "platform team",
});
\`\`\`

 What does not apply in one environment only is in the catalog, as \`rulesOff\`
of that environment. A mistake in the file stops the synthesis, with every problem at once.

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
