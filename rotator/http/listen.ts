import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import { KitError } from "../../common/errors/kit-error.ts";
import type { RotatorConfig } from "../config/schema.ts";
import { readTls, reloadTls, requireClientName, type TlsObserver } from "./tls.ts";

/** A server that accepts connections. */
export interface Listening {
  readonly server: Server | TlsServer;
  readonly port: number;
  /** Whether callers speak TLS. */
  readonly secure: boolean;
}

/** Largest header block in bytes; a token is a part of it. */
const MAX_HEADER_BYTES = 32_768;
/** Requests that one connection may carry before it is closed. */
const MAX_REQUESTS_PER_CONNECTION = 100;
/** How often connections are compared with their time limits, in milliseconds. */
const CHECK_INTERVAL_MS = 2_000;

/**
 * Serves `handler` as sections `listen` and `limits` say.
 *
 * @param observer hears what becomes of TLS
 * @throws KitError `port_taken` or `listen_failed`
 */
export async function listen(
  handler: RequestListener,
  { listen: where, limits }: Pick<RotatorConfig, "listen" | "limits">,
  log: Logger,
  observer: TlsObserver = {},
): Promise<Listening> {
  const options = {
    headersTimeout: limits.headers_ms,
    requestTimeout: limits.receive_ms,
    maxHeaderSize: MAX_HEADER_BYTES,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
    noDelay: true,
  };
  const { tls } = where;
  let server: Server | TlsServer;
  if (tls === undefined) {
    server = createServer(options, handler);
  } else {
    const served = readTls(tls);
    observer.onServed?.(served);
    const mutual = { requestCert: true, rejectUnauthorized: true };
    // Before the handshake there is no HTTP, whose own limits would apply; Node waits two minutes.
    const handshakeTimeout = limits.headers_ms;
    const secure = {
      ...options,
      handshakeTimeout,
      ...served.options,
      ...(tls.client_ca_file && mutual),
    };
    const tlsServer = createTlsServer(secure, handler);
    tlsServer.on("tlsClientError", ({ code = "" }: NodeJS.ErrnoException) => {
      // Anybody can cause it: the count is for everybody, the line for who looks for it.
      log.debug({ code }, "TLS handshake failed");
      observer.onFailure?.();
    });
    if (tls.client_names) requireClientName(tlsServer, tls.client_names, log);
    tlsServer.once("close", reloadTls(tlsServer, tls, log, served, observer));
    server = tlsServer;
  }
  // A request with an expectation that nobody knows is served without it; Node.js alone would answer
  // it past the handler.
  server.on("checkExpectation", handler);
  server.maxConnections = limits.connections;
  server.maxRequestsPerSocket = MAX_REQUESTS_PER_CONNECTION;
  const port = await bind(server, where, "listen.port");
  return { server, port, secure: tls !== undefined };
}

/**
 * Binds a server and returns the port that it got.
 *
 * @param setting the setting to change when the port is taken
 */
export function bind(
  server: Server | TlsServer,
  { host, port }: { readonly host: string; readonly port: number },
  setting: string,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE"
          ? new KitError("port_taken", { port, host, setting }, { cause: error })
          : new KitError(
              "listen_failed",
              { host, port, setting, why: error.code ?? "unknown" },
              { cause: error },
            ),
      );
    };
    server.once("error", refuse);
    server.listen(port, host, () => {
      server.off("error", refuse);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
