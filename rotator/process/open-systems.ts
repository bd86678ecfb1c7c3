import type { Logger } from "pino";
import { systemClock } from "../../common/clock.ts";
import { defined } from "../../common/defined.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { RotatableSystem } from "../rotation/rotation.ts";
import type { SystemConfig } from "../systems/config.ts";
import { createSystem } from "../systems/create-system.ts";
import type { SystemDependencies } from "../systems/dependencies.ts";
import type { SharedLock } from "../systems/shared-lock.ts";
import type { System } from "../systems/system.ts";
import { unmetNeeds } from "./item-needs.ts";

/** How long systems may take to close where nothing else says so, in milliseconds. */
const CLOSE_MS = 5_000;

/**
 * Makes every system of the configuration, in its order, and sees that each item's strategy is one
 * that its system has. Nothing is contacted.
 *
 * @param replaced systems that take the place of the configured ones, by name
 * @throws KitError when a system's configuration cannot work; its sentence has a line for each
 */
export async function openSystems(
  { config, directory }: LoadedConfig,
  environment: NodeJS.ProcessEnv,
  log: Logger,
  replaced: Readonly<Record<string, System>> = {},
): Promise<ReadonlyMap<string, RotatableSystem>> {
  const systems = new Map<string, RotatableSystem>();
  const failures: KitError[] = [];
  for (const [name, entry] of Object.entries(config.systems)) {
    const dependencies = { name, directory, environment, log: log.child({ system: name }) };
    try {
      systems.set(name, await openSystem(entry, dependencies, replaced[name]));
    } catch (error) {
      failures.push(placed(`systems.${name}`, error));
    }
  }
  for (const sentence of unmetNeeds(config.items, systems))
    failures.push(new KitError("system_config_invalid", { problem: sentence }));
  const [first] = failures;
  if (first === undefined) return systems;
  await closeSystems(systems, log);
  if (failures.length === 1) throw first;
  throw KitError.restated(first.code, failures.map(({ message }) => message).join("\n"));
}

/**
 * Makes one system, and what the rotation must know about it.
 *
 * @param replaced takes the place of the configured one
 * @throws KitError when its configuration cannot work
 */
export async function openSystem(
  entry: SystemConfig,
  dependencies: SystemDependencies,
  replaced?: System,
): Promise<RotatableSystem> {
  const system = replaced ?? (await createSystem(entry, dependencies));
  return { system, ...settingsOf(entry, system) };
}

/** What the rotation must know about a system beside its verbs. */
function settingsOf(entry: SystemConfig, system: System) {
  return {
    ...defined({
      policy: entry.policy,
      maxConcurrent: entry.max_concurrent ?? system.maxConcurrent,
      fields: entry.fields,
    }),
    formerPolicies: entry.former_policies,
    failedLogins: {
      maxFailedLogins: entry.max_failed_logins,
      failedLoginWindowMs: entry.failed_login_window_ms,
      ...defined({
        failedLoginSpacingMs: entry.failed_login_spacing_ms ?? system.failedLoginSpacingMs,
      }),
    },
    checksOld: entry.check_old_password,
  };
}

/** The error with the section that it is about, where its sentence does not say so already. */
function placed(section: string, error: unknown): KitError {
  if (!(error instanceof KitError)) throw error;
  if (error.message.startsWith(section)) return error;
  return error.at(section);
}

/**
 * Makes the lock that replicas share, where one is configured. Nothing is contacted.
 *
 * @throws KitError when its configuration cannot work
 */
export async function openSharedLock(
  { config, directory }: LoadedConfig,
  environment: NodeJS.ProcessEnv,
  log: Logger,
): Promise<SharedLock | undefined> {
  if (config.shared_lock === undefined) return undefined;
  // Few rotators have one; the others need not load a database client.
  const { createSharedLock } = await import("../systems/postgres/create.ts");
  const name = "shared_lock";
  const dependencies = { name, directory, environment, log };
  return createSharedLock(config.shared_lock, dependencies).catch((error: unknown) => {
    throw placed(name, error);
  });
}

/**
 * Releases what the systems hold; one that fails, or takes for ever, does not keep the others from it.
 *
 * @param limit resolves when nobody waits any longer; default: after a few seconds
 * @returns whether all of them came to an end within the limit
 */
export async function closeSystems(
  systems: ReadonlyMap<string, RotatableSystem>,
  log: Logger,
  limit?: Promise<unknown>,
): Promise<boolean> {
  const done = new AbortController();
  const over = (limit ?? systemClock.sleep(CLOSE_MS, done.signal)).then(
    () => false,
    () => true,
  );
  const close = async (name: string, { system }: RotatableSystem): Promise<boolean> => {
    const closed = (async () => system.close?.())().then(
      () => true,
      (err: unknown) => {
        log.warn({ system: name, err }, "system not closed");
        return true;
      },
    );
    const ended = await Promise.race([closed, over]);
    if (!ended) log.warn({ system: name }, "system not closed in time");
    return ended;
  };
  const ended = await Promise.all([...systems].map(([name, system]) => close(name, system)));
  done.abort();
  return !ended.includes(false);
}
