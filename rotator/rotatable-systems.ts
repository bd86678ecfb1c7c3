import type { Logger } from "pino";
import type { LoadedConfig } from "./config/load.ts";
import type { SharedLock } from "./rotation/locks.ts";
import type { RotatableSystem } from "./rotation/rotation.ts";
import { createSystem } from "./systems/create-system.ts";

/**
 * Makes every system of the configuration, in its order. Nothing is contacted.
 *
 * @throws KitError when a system's configuration cannot work
 */
export async function openSystems(
  { config, directory }: LoadedConfig,
  environment: NodeJS.ProcessEnv,
  log: Logger,
): Promise<ReadonlyMap<string, RotatableSystem>> {
  const systems = new Map<string, RotatableSystem>();
  for (const [name, entry] of Object.entries(config.systems)) {
    const system = await createSystem(entry, {
      name,
      directory,
      environment,
      log: log.child({ system: name }),
    });
    const { policy, max_failed_logins: maxFailedLogins } = entry;
    systems.set(name, {
      system,
      ...(policy !== undefined && { policy }),
      ...(maxFailedLogins !== undefined && { maxFailedLogins }),
    });
  }
  return systems;
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
  const { createSharedLock } = await import("./systems/postgres/create.ts");
  const name = "shared_lock";
  return createSharedLock(config.shared_lock, { name, directory, environment, log });
}

/** Releases what the systems hold; one that fails does not keep the others from it. */
export async function closeSystems(
  systems: ReadonlyMap<string, RotatableSystem>,
  log: Logger,
): Promise<void> {
  for (const [name, { system }] of systems) {
    try {
      await system.close?.();
    } catch (err) {
      log.warn({ system: name, err }, "system not closed");
    }
  }
}
