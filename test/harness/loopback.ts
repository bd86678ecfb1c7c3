import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { KeyPair } from "./key-pair.ts";

/** A server of the harness. It is never reachable from another machine. */
export interface LoopbackServer {
  /** `http://127.0.0.1:<port>` or, with a certificate, `https://localhost:<port>`. */
  readonly url: string;
  /** Closes the listener and every open connection. */
  stop(): Promise<void>;
}

/**
 * Listens on 127.0.0.1, with TLS where a certificate is given. `port` 0 takes any free port.
 * Rejects with Node's error (`EADDRINUSE`, …) when the port cannot be had.
 */
export async function listenOnLoopback(
  handler: RequestListener,
  { port = 0, certificate }: { readonly port?: number; readonly certificate?: KeyPair } = {},
): Promise<LoopbackServer> {
  const server = certificate ? createTlsServer(certificate, handler) : createServer(handler);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: certificate ? `https://localhost:${bound}` : `http://127.0.0.1:${bound}`,
    stop: () => (server.listening ? close(server) : Promise.resolve()),
  };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
