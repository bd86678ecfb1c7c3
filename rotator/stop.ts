import type { Server } from "node:http";
import type { Server as TlsServer } from "node:https";

/**
 * Stops accepting connections, lets the requests that run come to their answers, and closes idle
 * connections at once.
 *
 * @param graceMs after this time what is still open is cut
 * @returns whether nothing had to be cut
 */
export function stopServer(server: Server | TlsServer, graceMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    let finished = true;
    const limit = setTimeout(() => {
      finished = false;
      server.closeAllConnections();
    }, graceMs);
    // Connections that are idle now close now, the others after their answer ("Connection: close").
    server.close(() => {
      clearTimeout(limit);
      resolve(finished);
    });
    server.closeIdleConnections();
  });
}
