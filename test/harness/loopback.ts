import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { KeyPair } from "./key-pair.ts";

const LOOPBACK = "127.0.0.1";

/** Hosts by which this machine reaches the server as `localhost`. */
const EVERYWHERE = [LOOPBACK, "0.0.0.0", "::"];

/** A server of the harness. No other machine reaches it, unless it was given a host of its own. */
export interface LoopbackServer {
  /** `http://127.0.0.1:<port>` or, with a certificate, `https://localhost:<port>`. */
  readonly url: string;
  /** Closes the listener and every open connection. */
  stop(): Promise<void>;
}

/**
 * Listens on 127.0.0.1, or on `host`, with TLS where a certificate is given. `port` 0 takes any free port.
 * Rejects with Node's error (`EADDRINUSE`, …) when the port cannot be had.
 */
export async function listenOnLoopback(
  handler: RequestListener,
  {
    port = 0,
    host = LOOPBACK,
    certificate,
  }: { readonly port?: number; readonly host?: string; readonly certificate?: KeyPair } = {},
): Promise<LoopbackServer> {
  const server = certificate ? createTlsServer(certificate, handler) : createServer(handler);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: certificate
      ? `https://${EVERYWHERE.includes(host) ? "localhost" : host}:${bound}`
      : `http://${EVERYWHERE.includes(host) ? LOOPBACK : host}:${bound}`,
    stop: () => (server.listening ? close(server) : Promise.resolve()),
  };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
