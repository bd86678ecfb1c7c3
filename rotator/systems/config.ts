import * as z from "zod";
import { commandSystemSchema } from "./command/config.ts";
import { httpSystemSchema } from "./http/config.ts";
import { moduleSystemSchema } from "./module/config.ts";
import { postgresSystemSchema } from "./postgres/config.ts";

/** One entry under `systems` of rotator.yaml: what a credential opens, and how to change it. */
export const systemConfigSchema = z.discriminatedUnion(
  "type",
  [httpSystemSchema, postgresSystemSchema, commandSystemSchema, moduleSystemSchema],
  { error: "must be http, postgres, command or module" },
);

export type SystemConfig = z.output<typeof systemConfigSchema>;
