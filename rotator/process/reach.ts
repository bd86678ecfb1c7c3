import { once } from "node:events";
import { connect as connectPlain, isIP, type Socket } from "node:net";
import { checkServerIdentity, connect as connectTls } from "node:tls";
import { defined } from "../../common/defined.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import { hostOf } from "../../common/host.ts";
import { VERIFIED_TLS } from "../../common/http-client.ts";
import type { LoadedConfig } from "../config/load.ts";
import { AddressDeniedError, allowList, guardedLookup, isAllowed } from "../systems/addresses.ts";
import type { SystemConfig } from "../systems/config.ts";
import type { TransportTls } from "../systems/http/transport.ts";
import { tlsReader } from "../systems/http/transport-tls.ts";
import type { SharedLockConfig } from "../systems/postgres/config.ts";

/** Longest wait for a connection, in milliseconds. */
const REACH_TIMEOUT_MS = 3_000;

interface Address {
  readonly host: string;
  readonly port: number;
  /** Where it may be; empty: anywhere but the addresses that are denied always. */
  readonly networks: readonly string[];
  /** Absent for plaintext. */
  readonly tls?: () => TransportTls;
  /** What comes between connection and TLS. */
  readonly beforeTls?: (socket: Socket, signal: AbortSignal) => Promise<void>;
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
  const address = addressOf(config, directory);
  if (address === undefined) return false;
  try {
    await connect(address);
    return true;
  } catch (cause) {
    if (cause instanceof KitError) throw cause;
    const { host, port } = address;
    const sentence = `${name} cannot be reached at ${host} port ${port} (${reasonOf(cause)}).`;
    throw new KitError("system_unreachable", { problem: sentence }, { cause });
  }
}

async function connect(address: Address): Promise<void> {
  const { host, port, networks, tls, beforeTls } = address;
  const signal = AbortSignal.timeout(REACH_TIMEOUT_MS);
  const allowed = allowList(networks);
  if (isIP(host) !== 0 && !isAllowed(host, allowed)) throw new AddressDeniedError();
  const plain = connectPlain({ host, port, lookup: guardedLookup(allowed) });
  let socket = plain;
  try {
    await once(plain, "connect", { signal });
    if (tls === undefined) return;
    await beforeTls?.(plain, signal);
    const { servername: name = host, ...files } = tls();
    socket = connectTls({
      socket: plain,
      ...VERIFIED_TLS,
      // An address is not a name that TLS could ask for, but it is what the certificate must have.
      ...defined({ servername: isIP(name) === 0 ? name : undefined }),
      checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
      ...files,
    });
    await once(socket, "secureConnect", { signal });
  } finally {
    socket.destroy();
    plain.destroy();
  }
}

/** Asks a PostgreSQL server for TLS, as its protocol wants it before any login. */
async function askForTls(socket: Socket, signal: AbortSignal): Promise<void> {
  socket.write(SSL_REQUEST);
  const [answer] = (await once(socket, "data", { signal })) as [Buffer];
  if (answer.toString("latin1") !== "S") throw new NoTlsError();
}

/** PostgreSQL's SSLRequest: its length and its code. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

class NoTlsError extends Error {}

function addressOf(
  config: SystemConfig | SharedLockConfig,
  directory: string,
): Address | undefined {
  switch (config.type) {
    case "http": {
      const url = new URL(config.origin);
      const { port, protocol } = url;
      const host = hostOf(url);
      const networks = config.allowed_networks;
      if (protocol === "http:") return { host, port: Number(port || 80), networks };
      const tls = tlsReader(config, directory);
      return { host, port: Number(port || 443), networks, tls };
    }
    case "postgres": {
      const address = { host: config.host, port: config.port, networks: [] };
      if (config.plaintext) return address;
      return { ...address, tls: tlsReader(config, directory), beforeTls: askForTls };
    }
    default:
      return undefined;
  }
}

/** Codes of a certificate that no known authority vouches for. */
const UNTRUSTED: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if (error instanceof AddressDeniedError) return "an address that is not allowed";
  if (error instanceof NoTlsError) return "it speaks no TLS there";
  if (error.name === "AbortError") return `no answer within ${REACH_TIMEOUT_MS} ms`;
  if (!("code" in error)) return error.message;
  const code = String(error.code);
  if (UNTRUSTED.has(code)) return `${code}: set ca_file to the authority of its certificate`;
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return `${code}: its certificate is for another name, see server_name`;
  return code;
}
