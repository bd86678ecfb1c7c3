import * as z from "zod";
import { policySchema } from "./policy.ts";

/** The part of JSON Schema that zod writes for the policy, and that messages are made of. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly enum?: readonly string[];
}

/** JSON Schema (draft 2020-12) of rules.yaml, as it is written: defaults may be left out. */
export const policyJsonSchema = (): Record<string, unknown> =>
  z.toJSONSchema(policySchema, { io: "input" });

/** The keys that may stand at this place of the file. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  let schema: Schema | undefined = policyJsonSchema() as Schema;
  for (const step of path) schema = inner(schema, step);
  return schema?.propertyNames?.enum ?? Object.keys(schema?.properties ?? {});
}

function inner(schema: Schema | undefined, step: PropertyKey): Schema | undefined {
  if (typeof step === "number") return schema?.items;
  const named = Object.entries(schema?.properties ?? {}).find(([name]) => name === step)?.[1];
  const other = schema?.additionalProperties;
  return named ?? (typeof other === "object" ? other : undefined);
}
