import { stringify } from "yaml";
import { createRemoteValidator } from "./authentication/validator.ts";
import { effectiveConfig } from "./config/effective.ts";
import type { LoadedConfig } from "./config/load.ts";
import { warningsOf } from "./config/warnings.ts";
import { KitError } from "./errors.ts";
import { createRotatorLog } from "./observability/logger.ts";
import { reachSystem } from "./reach.ts";
import { closeSystems, openSharedLock, openSystems } from "./rotatable-systems.ts";

/** Whether one party answers. `skipped`: it has no address, it is started when needed. */
export interface Reach {
  readonly name: string;
  readonly result: "reached" | "skipped" | "unreachable";
  /** Why it could not be reached. */
  readonly reason?: string;
}

/**
 * `serve --check`: makes everything that a start makes except listening, prints the effective
 * configuration, and with `probe` connects to Akeyless and to each system.
 *
 * @returns the exit code: 0, or 2 when something could not be reached
 * @throws KitError when a start would fail
 */
export async function check(
  loaded: LoadedConfig,
  { probe = false, json = false }: { readonly probe?: boolean; readonly json?: boolean },
): Promise<number> {
  const { log } = createRotatorLog({ level: "silent" });
  await openSharedLock(loaded, process.env, log);
  await closeSystems(await openSystems(loaded, process.env, log), log);
  const reached = probe ? await reachAll(loaded) : undefined;
  const configuration = effectiveConfig(loaded.config);
  const warnings = warningsOf(loaded.config);
  const ok = reached?.every(({ result }) => result !== "unreachable") ?? true;
  if (json) {
    const document = {
      schema: "rotation-kit/serve-check/v1",
      ok,
      configuration,
      directory: loaded.directory,
      warnings,
      reached,
    };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    process.stdout.write(stringify(configuration));
    for (const { name, result, reason } of reached ?? []) {
      process.stderr.write(`${name}: ${result}${reason === undefined ? "" : `: ${reason}`}\n`);
    }
    for (const sentence of warnings) process.stderr.write(`warning: ${sentence}\n`);
    process.stderr.write(`Relative paths start at ${loaded.directory}.\n`);
    process.stderr.write(ok ? "The configuration is sound.\n" : "Not everything can be reached.\n");
  }
  return ok ? 0 : 2;
}

async function reachAll(loaded: LoadedConfig): Promise<Reach[]> {
  const { akeyless, systems, shared_lock: lock } = loaded.config;
  const validator = createRemoteValidator(akeyless.validation_url, {
    caFile: akeyless.ca_file,
    connections: 1,
  });
  try {
    return await Promise.all([
      attempt(`akeyless (${akeyless.validation_url})`, async () => {
        await validator.reach();
        return true;
      }),
      ...Object.entries(systems).map(([name, system]) =>
        attempt(`system ${name}`, () => reachSystem(name, system, loaded)),
      ),
      ...(lock ? [attempt("shared_lock", () => reachSystem("The lock", lock, loaded))] : []),
    ]);
  } finally {
    validator.close();
  }
}

async function attempt(name: string, reach: () => Promise<boolean>): Promise<Reach> {
  try {
    return { name, result: (await reach()) ? "reached" : "skipped" };
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    return { name, result: "unreachable", reason: error.message };
  }
}
