import { resolve } from "node:path";
import { defined } from "../../common/defined.ts";
import type { RotatorConfig } from "./schema.ts";

/**
 * Makes the paths of the sections `listen`, `akeyless`, `notify` and `keys` absolute. Those of `systems` are
 * resolved by the systems themselves.
 */
export function resolvePaths<C extends Partial<RotatorConfig>>(config: C, directory: string): C {
  const { listen, akeyless, keys, notify } = config;
  const from = (path: string) => resolve(directory, path);
  const optional = (path: string | undefined) => (path ? from(path) : undefined);
  const tls = listen?.tls && {
    ...listen.tls,
    cert_file: from(listen.tls.cert_file),
    key_file: from(listen.tls.key_file),
    ...defined({
      client_ca_file: optional(listen.tls.client_ca_file),
    }),
  };
  return {
    ...config,
    ...defined({
      listen: listen && { ...listen, ...defined({ tls }) },
      akeyless: akeyless && { ...akeyless, ...defined({ ca_file: optional(akeyless.ca_file) }) },
      notify: notify && {
        ...notify,
        ...defined({ ca_file: optional(notify.ca_file), directory: optional(notify.directory) }),
      },
      keys: keys?.map((key) => ({ ...key, file: from(key.file) })),
    }),
  };
}
