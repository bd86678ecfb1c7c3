import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createSecureContext } from "node:tls";
import type { Logger } from "pino";
import { KitError } from "../../common/errors/kit-error.ts";
import { boundConnections } from "../traffic/connections.ts";
import { checkClient } from "./client-certificate.ts";
import { readTls, reloadTls, type ServedTls, type TlsFiles } from "./tls.ts";

/** A server that accepts connections. */
export interface Listening {
  readonly server: Server | TlsServer;
  readonly port: number;
  /** Whether callers speak TLS. */
  readonly secure: boolean;
}

/** Where to serve, and with which certificate. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** Absent for plain HTTP. */
  readonly tls?: TlsFiles | undefined;
}

/** What one caller may use up of a server. */
export interface ListenLimits {
  /** Connections that are open at once. */
  readonly connections: number;
  /** Time to receive the headers, and a whole request, in milliseconds. */
  readonly headers_ms: number;
  readonly receive_ms: number;
}

/** Hears what becomes of a server's connections. */
export interface ListenObserver {
  /** What is served from now on: at the start, and after each reload. */
  onServed?(served: ServedTls): void;
  /** A handshake failed, or its client certificate was refused. */
  onFailure?(): void;
  /** A connection had to go because too many were open. */
  onEvicted?(): void;
}

/** Largest header block in bytes; a token is a part of it. */
const MAX_HEADER_BYTES = 32_768;
/** Requests that one connection may carry before it is closed. */
const MAX_REQUESTS_PER_CONNECTION = 100;
/** How often connections are compared with their time limits, in milliseconds. */
const CHECK_INTERVAL_MS = 2_000;

/**
 * Serves `handler` at an address, within limits.
 *
 * @param observer hears what becomes of connections
 * @throws KitError `port_taken` or `listen_failed`
 */
export async function listen(
  handler: RequestListener,
  { listen: where, limits }: { readonly listen: ListenAddress; readonly limits: ListenLimits },
  log: Logger,
  observer: ListenObserver = {},
): Promise<Listening> {
  const options = {
    headersTimeout: limits.headers_ms,
    requestTimeout: limits.receive_ms,
    maxHeaderSize: MAX_HEADER_BYTES,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
    noDelay: true,
    // Also where the process was started with --insecure-http-parser.
    insecureHTTPParser: false,
  };
  const { tls } = where;
  let server: Server | TlsServer;
  if (tls === undefined) {
    server = createServer(options, handler);
  } else {
    const first = readTls(tls);
    // The server itself does not take over `allowPartialTrustChain` (Node.js 20.20): a caller that
    // asks for a host by name, as all but those of an IP address do, gets a context that has it.
    let context = createSecureContext(first.options);
    const onServed = (served: ServedTls) => {
      context = createSecureContext(served.options);
      observer.onServed?.(served);
    };
    observer.onServed?.(first);
    // Before the handshake there is no HTTP, whose own limits would apply; Node waits two minutes.
    const handshakeTimeout = limits.headers_ms;
    // Who shows no good certificate is refused in `checkClient`, which can say whose it was.
    const mutual = { requestCert: tls.client_ca_file !== undefined, rejectUnauthorized: false };
    const tlsServer = createTlsServer(
      {
        ...{ ...options, ...first.options, ...mutual, handshakeTimeout },
        SNICallback: (_name, done) => done(null, context),
      },
      handler,
    );
    const failed = () => observer.onFailure?.();
    tlsServer.on("tlsClientError", ({ code = "" }: NodeJS.ErrnoException) => {
      // Anybody can cause it: the count is for everybody, the line for who looks for it.
      log.debug({ code }, "TLS handshake failed");
      failed();
    });
    if (tls.client_ca_file !== undefined) checkClient(tlsServer, tls.client_names, log, failed);
    tlsServer.once("close", reloadTls(tlsServer, tls, log, first, { onServed }));
    server = tlsServer;
  }
  // A request with an expectation that nobody knows is served without it; Node.js alone would answer
  // it past the handler.
  server.on("checkExpectation", handler);
  boundConnections(server, limits.connections, () => observer.onEvicted?.());
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
