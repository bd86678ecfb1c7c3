import { z } from "zod";
import { httpSystemSchema } from "./http/config.ts";

/** One entry under `systems` of rotator.yaml: what a credential opens, and how to change it. */
export const systemConfigSchema = z.discriminatedUnion("type", [httpSystemSchema]);

export type SystemConfig = z.output<typeof systemConfigSchema>;
