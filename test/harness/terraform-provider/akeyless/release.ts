import document from "../../../../stacks/akeyless/schema.json" with { type: "json" };
import type { ProviderSchema, Schema } from "../protocol/schema.ts";

/**
 * The releases whose differences are known. 2.0.1 was reconstructed and run; of 2.0.5 the attributes
 * are known and its code is not, so everything else follows 2.0.1 and the newest source that is
 * public.
 */
export const releases = ["2.0.1", "2.0.5"] as const;
export type ProviderRelease = (typeof releases)[number];

/** The one that tests and the demo use where they do not say. */
export const defaultRelease: ProviderRelease = "2.0.5";

/** Attributes of `akeyless_rotated_secret_custom` that 2.0.1 lacks. */
const SINCE_2_0_5 = new Set([
  "input_rule",
  "output_rule",
  "skip_dry_run",
  "ara_enabled",
  "enable_agentic_runtime_authority",
  "enable_ai_quorum",
]);

const SECRET = "akeyless_rotated_secret_custom";

const published = document.provider_schemas[
  "registry.terraform.io/akeyless-community/akeyless"
] as unknown as ProviderSchema;

/** The schema of a release. */
export function schemaOf(release: ProviderRelease): ProviderSchema {
  if (release === "2.0.5") return published;
  const secret = published.resource_schemas[SECRET];
  if (!secret) throw new Error(`the schema has no ${SECRET}`);
  return {
    ...published,
    resource_schemas: { ...published.resource_schemas, [SECRET]: without(secret, SINCE_2_0_5) },
  };
}

function without(schema: Schema, names: ReadonlySet<string>): Schema {
  const kept = Object.entries(schema.block.attributes ?? {}).filter(([name]) => !names.has(name));
  return { ...schema, block: { ...schema.block, attributes: Object.fromEntries(kept) } };
}
