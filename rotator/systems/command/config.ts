import { isAbsolute } from "node:path";
import * as z from "zod";
import { commonMembers } from "../common-config.ts";
import { OPTIONAL_VERBS } from "./protocol.ts";

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/);

/** Configuration of a system whose verbs are carried out by an executable of the operator. */
export const commandSystemSchema = z.strictObject({
  type: z.literal("command").describe("An executable of yours; docs/guides/move-a-hook-script.md."),
  command: z
    .string()
    .refine(isAbsolute, "must be an absolute path")
    .describe("Absolute path of the executable; it is started directly, never through a shell."),
  arguments: z.array(z.string()).default([]).describe("Fixed arguments. Secrets never go here."),
  working_directory: z
    .string()
    .min(1)
    .default("/")
    .describe("Working directory of the command; relative paths start at the configuration file."),
  environment: z
    .record(variable, z.string())
    .default({})
    .describe("Environment variables of the command, in addition to PATH and LANG."),
  secret_files: z
    .record(z.string().regex(/^[a-z][a-z0-9_]*$/), z.string().min(1))
    .default({})
    .describe("Files whose content the command gets on its standard input, under `secrets`."),
  verbs: z
    .array(z.enum(OPTIONAL_VERBS))
    .default([])
    .describe("What the command supports besides probe and change."),
  timeout_ms: z.int().min(100).max(35_000).default(10_000).describe("For one run."),
  log_errors: z
    .boolean()
    .default(false)
    .describe(
      "Whether the log shows what a failed command wrote to its error output (the first 2 KiB, without the secrets of the rotation). Only for a command that writes no other secret there.",
    ),
  max_output_bytes: z
    .int()
    .min(256)
    .max(1_048_576)
    .default(65_536)
    .describe("Most output that is read; a command that writes more is ended."),
  ...commonMembers,
});

export type CommandSystemConfig = z.output<typeof commandSystemSchema>;
