import type { SystemConfig } from "./config.ts";
import type { SystemDependencies } from "./dependencies.ts";
import type { System } from "./system.ts";

/**
 * Makes a system from its configuration. Reads files and checks that everything the system needs
 * is configured, but contacts nothing. Each kind is loaded when one is configured, so that nobody
 * waits for a database client that is not used.
 * @throws KitError with a code of `SYSTEM_ERRORS` when the configuration cannot work
 */
export async function createSystem(
  config: SystemConfig,
  dependencies: SystemDependencies,
): Promise<System> {
  switch (config.type) {
    case "http": {
      const { createConfiguredHttpSystem } = await import("./http/create.ts");
      return createConfiguredHttpSystem(config, dependencies);
    }
    case "postgres": {
      const { createConfiguredPostgresSystem } = await import("./postgres/create.ts");
      return createConfiguredPostgresSystem(config, dependencies);
    }
    case "command": {
      const { createCommandSystem } = await import("./command/command-system.ts");
      return createCommandSystem(config, dependencies);
    }
    case "module": {
      const { loadModuleSystem } = await import("./module/load-module.ts");
      return loadModuleSystem(config, dependencies);
    }
  }
}
