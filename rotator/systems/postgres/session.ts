import { isIP, Socket } from "node:net";
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import type { Client } from "pg";
import { defined } from "../../../common/defined.ts";
import { VERIFIED_TLS } from "../../../common/http-client.ts";
import { AddressDeniedError, guardedLookup, isAllowed } from "../addresses.ts";
import type { Credential } from "../system.ts";
import { GuardedClient } from "./guarded-client.ts";

/** How to reach a server; times in milliseconds. */
export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly timeoutMs: number;
  /** Absent for plaintext. */
  readonly tls?: {
    /** Authorities to trust in place of the system's, PEM; read for each session. */
    readonly ca?: () => string;
    readonly serverName?: string;
  };
}

/** Silence after which the network hears of a connection; firewalls forget one after some minutes. */
const KEEP_ALIVE_MS = 60_000;

/** The longest role name (NAMEDATALEN - 1); the server silently cuts longer ones. */
const MAX_NAME_BYTES = 63;

/** Whether a role name reaches the server as it is. */
export function isRoleName(name: string): boolean {
  return name !== "" && !name.includes("\0") && Buffer.byteLength(name) <= MAX_NAME_BYTES;
}

/**
 * Logs in as `credential`. The caller ends the client. Rejects with the server's or the network's
 * error; when the signal aborts, at any time, the connection is cut.
 */
export async function openSession(
  server: PostgresServer,
  credential: Credential,
  signal: AbortSignal,
): Promise<Client> {
  signal.throwIfAborted();
  const socket = new GuardedSocket();
  const client = new GuardedClient(socket, server.timeoutMs, {
    host: server.host,
    port: server.port,
    database: server.database,
    user: credential.username,
    password: credential.password,
    ssl: server.tls === undefined ? false : tlsOptions(server.host, server.tls),
    enableChannelBinding: true,
    connectionTimeoutMillis: server.timeoutMs,
    query_timeout: server.timeoutMs,
    application_name: "rotation-kit",
    // A session that holds a lock waits for long; what is in between must not forget its connection.
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  });
  // An error outside of a statement ends the session; the statement in hand rejects by itself.
  client.on("error", () => {});
  const cut = () => socket.destroy();
  signal.addEventListener("abort", cut, { once: true });
  client.once("end", () => signal.removeEventListener("abort", cut));
  try {
    await client.connect();
    return client;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** pg would check a certificate against the host name, and against nothing for an address. */
function tlsOptions(host: string, tls: NonNullable<PostgresServer["tls"]>) {
  const name = tls.serverName ?? host;
  return {
    ...defined({ ca: tls.ca?.() }),
    ...VERIFIED_TLS,
    checkServerIdentity: (_: string, certificate: PeerCertificate) =>
      checkServerIdentity(name, certificate),
  };
}

/** A socket that does not connect to addresses that no account store has. */
class GuardedSocket extends Socket {
  override connect(...parameters: unknown[]): this {
    const [port, host] = parameters as [number, string];
    if (isIP(host) !== 0 && !isAllowed(host, undefined)) {
      process.nextTick(() => this.destroy(new AddressDeniedError("address denied")));
      return this;
    }
    return super.connect({ port, host, lookup: guardedLookup(undefined) });
  }
}
