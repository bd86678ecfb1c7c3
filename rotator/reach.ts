import { once } from "node:events";
import { connect as connectPlain, isIP } from "node:net";
import { resolve } from "node:path";
import { connect as connectTls } from "node:tls";
import { readAuthorities } from "./certificates.ts";
import type { LoadedConfig } from "./config/load.ts";
import { KitError } from "./errors.ts";
import { AddressDeniedError, allowList, guardedLookup, isAllowed } from "./systems/addresses.ts";
import type { SystemConfig } from "./systems/config.ts";
import type { SharedLockConfig } from "./systems/postgres/config.ts";

/** Longest wait for a connection, in milliseconds. */
const REACH_TIMEOUT_MS = 3_000;

interface Address {
  readonly host: string;
  readonly port: number;
  /** Where it may be; undefined: anywhere. */
  readonly networks?: readonly string[];
  readonly tls?: {
    readonly ca_file?: string | undefined;
    readonly server_name?: string | undefined;
  };
}

/**
 * Opens a connection to a system or the shared lock, its address and its certificate checked as they
 * will be later, and closes it again. No login: a check must not count as a failed one.
 *
 * @param name what it is called in messages
 * @returns false where the kind of system has no address to connect to
 * @throws KitError `system_unreachable`, `certificates_invalid`
 */
export async function reachSystem(
  name: string,
  config: SystemConfig | SharedLockConfig,
  { directory }: Pick<LoadedConfig, "directory">,
): Promise<boolean> {
  const address = addressOf(config);
  if (address === undefined) return false;
  const { host, port, networks, tls } = address;
  const signal = AbortSignal.timeout(REACH_TIMEOUT_MS);
  const ca = tls?.ca_file && readAuthorities(resolve(directory, tls.ca_file));
  const allowed = networks && allowList(networks);
  const where = { host, port, ...(networks && { lookup: guardedLookup(allowed) }) };
  const serverName = tls?.server_name ?? (isIP(host) === 0 ? host : undefined);
  try {
    if (networks && isIP(host) !== 0 && !isAllowed(host, allowed)) throw new AddressDeniedError();
    const socket = tls
      ? connectTls({
          ...where,
          rejectUnauthorized: true,
          ...(serverName && { servername: serverName }),
          ...(ca && { ca }),
        })
      : connectPlain(where);
    try {
      await once(socket, tls ? "secureConnect" : "connect", { signal });
    } finally {
      socket.destroy();
    }
    return true;
  } catch (cause) {
    throw new KitError(
      "system_unreachable",
      `${name} does not answer at ${host} port ${port} (${reasonOf(cause)}).`,
      { cause },
    );
  }
}

function addressOf(config: SystemConfig | SharedLockConfig): Address | undefined {
  switch (config.type) {
    case "http": {
      const { hostname, port, protocol } = new URL(config.origin);
      const host = hostname.replace(/^\[|\]$/g, "");
      const networks = config.allowed_networks;
      if (protocol === "http:") return { host, port: Number(port || 80), networks };
      return { host, port: Number(port || 443), networks, tls: config };
    }
    case "postgres":
      return { host: config.host, port: config.port };
    default:
      return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if (error instanceof AddressDeniedError) return "an address that is not allowed";
  if (error.name === "AbortError") return `no answer within ${REACH_TIMEOUT_MS} ms`;
  return "code" in error ? String(error.code) : error.message;
}
