import * as z from "zod";
import { commonMembers } from "../common-config.ts";

/** Configuration of a system that the operator's own module implements. */
export const moduleSystemSchema = z.strictObject({
  type: z.literal("module").describe("A module of yours; docs/guides/write-a-system.md."),
  path: z
    .string()
    .regex(/\.(ts|mts|js|mjs)$/, "must be the path of a .ts, .mts, .js or .mjs file")
    .describe("The module; relative paths start at the configuration file."),
  options: z
    .record(z.string(), z.json())
    .default({})
    .describe("Handed to the module's createSystem as it is. Name files of secrets, not secrets."),
  ...commonMembers,
});

export type ModuleSystemConfig = z.output<typeof moduleSystemSchema>;
