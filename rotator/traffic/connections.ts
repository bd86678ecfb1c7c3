import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Bounds the open connections of a server. When there are too many, the one that has been idle (or
 * half-open: connected, but without a complete request) for the longest time goes. Node.js alone would
 * turn the new one away, which may be that of an honest caller. A connection whose request is being
 * served stays; where all are, the new one goes.
 *
 * @param onEvicted hears of each connection that had to go
 */
export function boundConnections(server: Server, limit: number, onEvicted = () => {}): void {
  /** The one that has been idle longest comes first. */
  const idle = new Map<string, Socket>();
  const busy = new Map<string, Socket>();

  server.on("connection", (socket: Socket) => {
    const key = keyOf(socket);
    idle.set(key, socket);
    socket.once("close", () => {
      idle.delete(key);
      busy.delete(key);
    });
    if (idle.size + busy.size <= limit) return;
    const [first] = idle;
    if (first === undefined) return;
    const [longest, connection] = first;
    idle.delete(longest);
    connection.destroy();
    onEvicted();
  });

  server.prependListener("request", (request, response) => {
    const key = keyOf(request.socket);
    const socket = idle.get(key);
    if (socket === undefined) return;
    idle.delete(key);
    busy.set(key, socket);
    response.once("close", () => {
      // Not one that is closed already: nothing would take it out again.
      if (busy.delete(key) && !socket.destroyed) idle.set(key, socket);
    });
  });
}

/** The same for a connection and for the TLS on top of it, which Node.js presents as two sockets. */
function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
