import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import { KitError } from "../../../common/errors/kit-error.ts";
import { SYSTEM_ERRORS } from "../../../common/errors/rotator-errors.ts";
import { schemaProblems } from "../../../common/schema-problems.ts";
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
  const loaded = moduleSchema.safeParse(await inTime(path, load(path)));
  if (!loaded.success) throw failed(path, "does not export a function createSystem");
  const create = loaded.data.createSystem as unknown as CreateSystem;
  let system: System;
  try {
    system = await inTime(path, Promise.resolve(create(config.options, dependencies)));
  } catch (cause) {
    if (isRefusal(cause)) throw KitError.restated(cause.code, cause.message, { cause });
    throw failed(path, `failed in createSystem${whichOptions(cause, config.options)}`, cause);
  }
  const verbs = systemSchema.safeParse(system);
  if (verbs.success) return system;
  const where = verbs.error.issues
    .map((issue) => issue.path.join(".") || "createSystem")
    .join(", ");
  throw failed(path, `made no complete system (wrong or missing: ${where})`);
}

/** Whether a module refused its configuration on purpose. By its code: it may have its own KitError. */
function isRefusal(cause: unknown): cause is Error & { readonly code: keyof typeof SYSTEM_ERRORS } {
  if (!(cause instanceof Error) || !("code" in cause)) return false;
  return typeof cause.code === "string" && Object.hasOwn(SYSTEM_ERRORS, cause.code);
}

/** Longest wait for a module at start, in milliseconds. */
const START_MS = 15_000;

/** A module that never settles would end the process without a word: nothing else keeps it alive. */
async function inTime<T>(path: string, started: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const giveUp = () => reject(failed(path, `is not ready after ${START_MS / 1000} s`));
    timer = setTimeout(giveUp, START_MS);
  });
  try {
    return await Promise.race([started, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function load(path: string): Promise<unknown> {
  const url = pathToFileURL(path).href;
  try {
    if (!/\.m?ts$/.test(path) || stripsTypes()) return await import(url);
    const { tsImport } = await importTsx(path);
    return await tsImport(url, import.meta.url);
  } catch (cause) {
    if (cause instanceof KitError) throw cause;
    throw failed(path, `cannot be loaded (${whyNot(cause)})`, cause);
  }
}

/** Whether Node itself loads TypeScript: from 22.18 on, unless it was told not to. */
function stripsTypes(): boolean {
  return "typescript" in process.features && Boolean(process.features.typescript);
}

/**
 * tsx as it is installed beside the kit, else beside the module: the bundled service has no
 * libraries of its own.
 */
async function importTsx(path: string): Promise<typeof import("tsx/esm/api")> {
  try {
    return await import("tsx/esm/api");
  } catch (cause) {
    const beside = tsxBeside(path);
    if (beside !== undefined) return await import(beside);
    const node = `Node.js ${process.versions.node}`;
    throw failed(path, `is TypeScript, which ${node} loads with tsx: npm install tsx`, cause);
  }
}

const tsxManifestSchema = z.object({
  exports: z.object({ "./esm/api": z.object({ import: z.object({ default: z.string() }) }) }),
});

/** The URL of tsx's API. `require.resolve` alone would give the one for CommonJS, which fails here. */
function tsxBeside(path: string): string | undefined {
  try {
    const manifest = createRequire(path).resolve("tsx/package.json");
    const { exports } = tsxManifestSchema.parse(JSON.parse(readFileSync(manifest, "utf8")));
    return new URL(exports["./esm/api"].import.default, pathToFileURL(manifest)).href;
  } catch {
    return undefined;
  }
}

/** The name of the error; its words may hold what the module has read, except where Node finds no file. */
function whyNot(cause: unknown): string {
  if (!(cause instanceof Error)) return "it threw something that is not an Error";
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
  if (code === "ERR_MODULE_NOT_FOUND") return cause.message.split("\n")[0] ?? code;
  return `${code ?? cause.name}; import it with node to see more`;
}

const zodErrorSchema = z.object({
  issues: z.array(
    z.looseObject({ code: z.string(), path: z.array(z.union([z.string(), z.number()])) }),
  ),
});

/** The options that are wrong, where `createSystem` found that out with zod. */
function whichOptions(cause: unknown, options: unknown): string {
  // By its shape: the module may bring a zod of its own.
  const parsed = zodErrorSchema.safeParse(cause);
  if (!parsed.success) return "";
  return schemaProblems(parsed.data.issues as unknown as z.core.$ZodIssue[], options)
    .map(({ path, message }) => `: options.${path.join(".")} ${message}`)
    .join("");
}

function failed(path: string, what: string, cause?: unknown): KitError {
  return new KitError("module_invalid", { problem: `The module ${path} ${what}.` }, { cause });
}
