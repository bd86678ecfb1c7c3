import * as z from "zod";
import type { EnvironmentVariables } from "../../common/environment-variables.ts";
import { settingsSchema } from "./declaration.ts";
import { parseJson, readText } from "./parse-json.ts";

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

/**
 * The expectation from a file, else from ROTATION_KIT_EXPECT, else an empty one.
 *
 * @throws KitError `declaration_invalid`
 */
export function readExpectation(
  file: string | undefined,
  environment: EnvironmentVariables,
): Expectation {
  const source = file ?? "ROTATION_KIT_EXPECT";
  const json = file === undefined ? environment.ROTATION_KIT_EXPECT : readText(file);
  if (!json) return {};
  return parseJson(expectationSchema, json, source);
}
