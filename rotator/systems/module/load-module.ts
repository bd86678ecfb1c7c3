import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import { KitError } from "../../errors.ts";
import type { SystemDependencies } from "../dependencies.ts";
import type { System } from "../system.ts";
import type { ModuleSystemConfig } from "./config.ts";

/**
 * What a module exports under the name `createSystem`: a function that makes a system from the
 * options of the configuration. It may read files; it must not contact anything yet.
 */
export type CreateSystem = (
  options: Readonly<Record<string, unknown>>,
  dependencies: SystemDependencies,
) => System | Promise<System>;

const verb = z.custom<CallableFunction>(
  (value) => typeof value === "function",
  "must be a function",
);
const moduleSchema = z.object({ createSystem: verb });
const systemSchema = z.object({
  probe: verb,
  change: verb,
  reconcile: verb.optional(),
  changeRetaining: verb.optional(),
  keys: z.object({ create: verb, revoke: verb }).optional(),
  close: verb.optional(),
});

/**
 * Loads a system from a module of the operator (docs/guides/write-a-system.md). TypeScript is
 * compiled while it is loaded.
 * @throws KitError module_invalid when it cannot be loaded or does not make a system
 */
export async function loadModuleSystem(
  config: ModuleSystemConfig,
  dependencies: SystemDependencies,
): Promise<System> {
  const path = resolve(dependencies.directory, config.path);
  const loaded = moduleSchema.safeParse(await load(path));
  if (!loaded.success) throw failed(path, "does not export a function createSystem");
  const create = loaded.data.createSystem as unknown as CreateSystem;
  let system: System;
  try {
    system = await create(config.options, dependencies);
  } catch (cause) {
    if (cause instanceof KitError) throw cause;
    throw failed(path, "failed in createSystem", cause);
  }
  const verbs = systemSchema.safeParse(system);
  if (verbs.success) return system;
  const where = verbs.error.issues
    .map((issue) => issue.path.join(".") || "createSystem")
    .join(", ");
  throw failed(path, `made no complete system (wrong or missing: ${where})`);
}

async function load(path: string): Promise<unknown> {
  const url = pathToFileURL(path).href;
  try {
    if (!/\.m?ts$/.test(path)) return await import(url);
    const { tsImport } = await import("tsx/esm/api");
    return await tsImport(url, import.meta.url);
  } catch (cause) {
    // Its own words: the module has not run yet, so they hold no secret of it.
    const [why] = cause instanceof Error ? cause.message.split("\n") : [];
    throw failed(path, `cannot be loaded${why ? ` (${why})` : ""}`, cause);
  }
}

function failed(path: string, what: string, cause?: unknown): KitError {
  return new KitError("module_invalid", `The module ${path} ${what}.`, { cause });
}
