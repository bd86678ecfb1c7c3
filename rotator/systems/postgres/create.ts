import { resolve } from "node:path";
import { readAuthorities } from "../../../common/certificates.ts";
import { defined } from "../../../common/defined.ts";
import { KitError } from "../../../common/errors/kit-error.ts";
import type { SystemDependencies } from "../dependencies.ts";
import { readSecret } from "../secret-source.ts";
import type { SharedLock } from "../shared-lock.ts";
import type { Credential, System } from "../system.ts";
import { createAdvisoryLock } from "./advisory-lock.ts";
import type { PostgresSystemConfig, SharedLockConfig } from "./config.ts";
import { requireHook } from "./guarded-client.ts";
import { createPostgresSystem } from "./postgres-system.ts";
import type { PostgresServer } from "./session.ts";

/**
 * Makes a PostgreSQL system from its configuration.
 * @throws KitError secret_unreadable, certificates_invalid or system_config_invalid
 */
export async function createConfiguredPostgresSystem(
  config: PostgresSystemConfig,
  dependencies: SystemDependencies,
): Promise<System> {
  const server = serverOf(config, dependencies);
  if (config.admin === undefined) {
    return createPostgresSystem({ server, authority: config.authority });
  }
  const admin = loginReader(config.admin, `systems.${dependencies.name}.admin`, dependencies);
  await admin();
  return createPostgresSystem({ server, authority: config.authority, admin });
}

/**
 * Makes the lock that replicas share from its configuration.
 * @throws KitError secret_unreadable, certificates_invalid or system_config_invalid
 */
export async function createSharedLock(
  config: SharedLockConfig,
  dependencies: SystemDependencies,
): Promise<SharedLock> {
  const server = serverOf(config, dependencies);
  const login = loginReader(config, dependencies.name, dependencies);
  await login();
  return createAdvisoryLock(server, login);
}

function serverOf(
  config: PostgresSystemConfig | SharedLockConfig,
  dependencies: SystemDependencies,
): PostgresServer {
  requireHook();
  const { host, port, database, timeout_ms: timeoutMs } = config;
  const server = { host, port, database, timeoutMs };
  if (config.plaintext) return server;
  const file = config.ca_file && resolve(dependencies.directory, config.ca_file);
  if (file !== undefined) readAuthorities(file);
  const tls = {
    ...defined({
      ca: file === undefined ? undefined : () => readAuthorities(file),
      serverName: config.server_name,
    }),
  };
  return { ...server, tls };
}

function loginReader(
  login: {
    username: string;
    password_file?: string | undefined;
    password_env?: string | undefined;
  },
  place: string,
  dependencies: SystemDependencies,
): () => Promise<Credential> {
  const { username, password_file, password_env } = login;
  return async () => {
    const members = { password_file, password_env };
    const password = await readSecret(members, "password", dependencies);
    if (password !== undefined) return { username, password };
    const sentence = `${place}: needs password_file or password_env.`;
    throw new KitError("system_config_invalid", { problem: sentence });
  };
}
