import { readFileSync } from "node:fs";
import { z } from "zod";
import { SECRET_ATTRIBUTES } from "./attributes.ts";
import type { Settings } from "./compare.ts";
import { OperationsError } from "./error-codes.ts";
import type { Environment } from "./gateway/connection.ts";

const names = new Set(SECRET_ATTRIBUTES.map(({ name }) => name));
const value = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.union([z.string(), z.number()])),
  z.record(z.string(), z.string()),
]);

/**
 * Settings of a secret by the provider's attribute names (and `lock_during_sra_session`, which the
 * provider lacks). There is no place in it for a payload.
 */
export const settingsSchema = z
  .record(z.string(), value.nullish())
  .superRefine((settings, context) => {
    for (const name of Object.keys(settings).filter((key) => !names.has(key))) {
      context.addIssue({ code: "custom", message: `unknown setting "${name}"` });
    }
  });

/** What a deployment declared about one item, as the check after the deploy is told. */
export const expectationSchema = z.strictObject({
  /** Unit that the declared interval counts in. */
  interval_unit: z.enum(["days", "minutes"]).optional(),
  /** Seconds that the rotator allows itself for one rotation; the item must allow more. */
  rotator_budget_sec: z.number().positive().optional(),
  /** Declared settings; an attribute that is left out must be off, or is the server's choice. */
  settings: settingsSchema.optional(),
});

/** What was declared about an item, without any secret. */
export type Expectation = z.output<typeof expectationSchema>;

/** Settings that fit the schema. */
export type DeclaredSettings = Settings & z.output<typeof settingsSchema>;

/**
 * The expectation from a file, else from ROTATION_KIT_EXPECT, else an empty one.
 *
 * @throws OperationsError `declaration_invalid`
 */
export function readExpectation(file: string | undefined, environment: Environment): Expectation {
  const source = file ?? "ROTATION_KIT_EXPECT";
  const json = file === undefined ? environment.ROTATION_KIT_EXPECT : readText(file);
  if (!json) return {};
  return parseJson(expectationSchema, json, source);
}

/** Parses JSON that somebody wrote or generated; `source` says where it came from. */
export function parseJson<Schema extends z.ZodType>(
  schema: Schema,
  json: string,
  source: string,
): z.output<Schema> {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    // The parser's message quotes the text, which may hold what was put there by mistake.
    throw new OperationsError("declaration_invalid", `${source} is not JSON`);
  }
  const result = schema.safeParse(document);
  if (result.success) return result.data;
  const issues = result.error.issues.map(
    (issue) => `${issue.path.join(".") || "the document"}: ${issue.message}`,
  );
  throw new OperationsError("declaration_invalid", `${source} does not fit: ${issues.join("; ")}`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new OperationsError("declaration_invalid", `${file} cannot be read`, { cause: error });
  }
}
