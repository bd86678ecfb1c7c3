import { resolve } from "node:path";
import type { RotatorConfig } from "./schema.ts";

/**
 * Makes the paths of the sections `listen`, `akeyless` and `keys` absolute. Those of `systems` are
 * resolved by the systems themselves.
 */
export function resolvePaths<C extends Partial<RotatorConfig>>(config: C, directory: string): C {
  const { listen, akeyless, keys } = config;
  const from = (path: string) => resolve(directory, path);
  const tls = listen?.tls && {
    ...listen.tls,
    cert_file: from(listen.tls.cert_file),
    key_file: from(listen.tls.key_file),
    ...(listen.tls.client_ca_file && { client_ca_file: from(listen.tls.client_ca_file) }),
  };
  return {
    ...config,
    ...(listen && { listen: { ...listen, ...(tls && { tls }) } }),
    ...(akeyless && {
      akeyless: { ...akeyless, ...(akeyless.ca_file && { ca_file: from(akeyless.ca_file) }) },
    }),
    ...(keys && { keys: keys.map((key) => ({ ...key, file: from(key.file) })) }),
  };
}
