import { createCommandSystem } from "./command/command-system.ts";
import type { SystemConfig } from "./config.ts";
import type { SystemDependencies } from "./dependencies.ts";
import { createConfiguredHttpSystem } from "./http/create.ts";
import { loadModuleSystem } from "./module/load-module.ts";
import { createConfiguredPostgresSystem } from "./postgres/create.ts";
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
  switch (config.type) {
    case "http":
      return createConfiguredHttpSystem(config, dependencies);
    case "postgres":
      return createConfiguredPostgresSystem(config, dependencies);
    case "command":
      return createCommandSystem(config, dependencies);
    case "module":
      return loadModuleSystem(config, dependencies);
  }
}
