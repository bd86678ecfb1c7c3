import { once } from "node:events";
import { connect as connectPlain } from "node:net";
import { resolve } from "node:path";
import { connect as connectTls } from "node:tls";
import { readAuthorities } from "./certificates.ts";
import type { LoadedConfig } from "./config/load.ts";
import { KitError } from "./errors.ts";
import type { SystemConfig } from "./systems/config.ts";

/** Longest wait for a connection, in milliseconds. */
const REACH_TIMEOUT_MS = 3_000;

interface Address {
  readonly host: string;
  readonly port: number;
  readonly tls?: {
    readonly ca_file?: string | undefined;
    readonly server_name?: string | undefined;
  };
}

/**
 * Opens a connection to a system, with its certificate checked, and closes it again. No login: a
 * check must not count as a failed one.
 *
 * @returns false where the kind of system has no address to connect to
 * @throws KitError `system_unreachable`, `certificates_invalid`
 */
export async function reachSystem(
  name: string,
  config: SystemConfig,
  { directory }: Pick<LoadedConfig, "directory">,
): Promise<boolean> {
  const address = addressOf(config);
  if (address === undefined) return false;
  const { host, port, tls } = address;
  const signal = AbortSignal.timeout(REACH_TIMEOUT_MS);
  const ca = tls?.ca_file && readAuthorities(resolve(directory, tls.ca_file));
  const socket = tls
    ? connectTls({
        host,
        port,
        servername: tls.server_name ?? host,
        rejectUnauthorized: true,
        ...(ca && { ca }),
      })
    : connectPlain({ host, port });
  try {
    await once(socket, tls ? "secureConnect" : "connect", { signal });
    return true;
  } catch (cause) {
    throw new KitError(
      "system_unreachable",
      `${name} does not answer at ${host} port ${port} (${reasonOf(cause)}).`,
      { cause },
    );
  } finally {
    socket.destroy();
  }
}

function addressOf(config: SystemConfig): Address | undefined {
  switch (config.type) {
    case "http": {
      const { hostname, port, protocol } = new URL(config.origin);
      const host = hostname.replace(/^\[|\]$/g, "");
      if (protocol === "http:") return { host, port: Number(port || 80) };
      return { host, port: Number(port || 443), tls: config };
    }
    case "postgres":
      return { host: config.host, port: config.port };
    default:
      return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if (error.name === "AbortError") return `no answer within ${REACH_TIMEOUT_MS} ms`;
  return "code" in error ? String(error.code) : error.message;
}
