import * as z from "zod";
import { RULES } from "./all.ts";
import { type RulePolicy, rulePolicySchemaOf, waiverSchemaOf } from "./policy.ts";
import type { RuleId } from "./severity.ts";

const ruleId = z
  .enum(RULES.map(({ id }) => id) as [RuleId, ...RuleId[]])
  .meta({ description: "Id of a rule, for example AKR030." });

/** A waiver, of one of the rules that exist. */
export const waiverSchema = waiverSchemaOf(ruleId);

/** The policy, for the rules that exist. */
export const rulePolicySchema = rulePolicySchemaOf(ruleId);

/** The policy of a project without rules.yaml. */
export const DEFAULT_RULE_POLICY: RulePolicy = rulePolicySchema.parse({});

/** The part of JSON Schema that zod writes for the policy, and that messages are made of. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly enum?: readonly string[];
}

/** JSON Schema (draft 2020-12) of rules.yaml, as it is written: defaults may be left out. */
export const rulesJsonSchema = (): Record<string, unknown> =>
  z.toJSONSchema(rulePolicySchema, { io: "input" });

/** The keys that may be at this place of the file. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  let schema: Schema | undefined = rulesJsonSchema() as Schema;
  for (const step of path) schema = inner(schema, step);
  return schema?.propertyNames?.enum ?? Object.keys(schema?.properties ?? {});
}

function inner(schema: Schema | undefined, step: PropertyKey): Schema | undefined {
  if (typeof step === "number") return schema?.items;
  const named = Object.entries(schema?.properties ?? {}).find(([name]) => name === step)?.[1];
  const other = schema?.additionalProperties;
  return named ?? (typeof other === "object" ? other : undefined);
}
