import type { SystemConfig } from "./config.ts";
import type { SystemDependencies } from "./dependencies.ts";
import { createConfiguredHttpSystem } from "./http/create.ts";
import type { System } from "./system.ts";

/**
 * Makes a system from its configuration. Reads files and checks that everything the system needs
 * is configured, but contacts nothing.
 * @throws KitError with a code of `SYSTEM_ERRORS` when the configuration cannot work
 */
export function createSystem(
  config: SystemConfig,
  dependencies: SystemDependencies,
): Promise<System> {
  return createConfiguredHttpSystem(config, dependencies);
}
