import { createServer, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Metrics } from "./metrics.ts";

/** Connections that are open at once: Prometheus and the orchestrator need a handful. */
const MAX_CONNECTIONS = 64;
/** How long a request may take to arrive, and a connection to be idle, in milliseconds. */
const RECEIVE_MS = 5_000;

const LIMITS = {
  headersTimeout: RECEIVE_MS,
  requestTimeout: RECEIVE_MS,
  keepAliveTimeout: RECEIVE_MS,
  connectionsCheckingInterval: 1_000,
};

/**
 * The second port: /metrics for Prometheus, /livez (the process answers), /readyz (new rotations are
 * taken; 503 as soon as the process stops). Without authentication and without secrets.
 */
export function createAdminServer(metrics: Metrics, isReady: () => boolean): Server {
  const connections = new Connections();
  const server = createServer(LIMITS, async (request, response) => {
    connections.use(request.socket);
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      answer(response, 405, "method not allowed\n");
      return;
    }
    switch (request.url?.split("?")[0]) {
      case "/livez":
        answer(response, 200, "ok\n");
        return;
      case "/readyz":
        if (isReady()) answer(response, 200, "ready\n");
        else answer(response, 503, "stopping\n");
        return;
      case "/metrics":
        try {
          const text = await metrics.registry.metrics();
          answer(response, 200, text, metrics.registry.contentType);
        } catch {
          answer(response, 500, "metrics cannot be collected\n");
        }
        return;
      default:
        answer(response, 404, "not found\n");
    }
  });
  return server.on("connection", (socket) => connections.add(socket));
}

/**
 * Open connections, the one that has asked last at the end. When there are too many, the one that
 * has asked for nothing for the longest time goes: Node.js alone would turn a new one away, which may
 * be the orchestrator's, whose probes must get through whoever else holds connections.
 */
class Connections {
  readonly #open = new Set<Socket>();

  add(socket: Socket): void {
    this.#open.add(socket);
    socket.once("close", () => this.#open.delete(socket));
    const [oldest] = this.#open;
    if (oldest === undefined || this.#open.size <= MAX_CONNECTIONS) return;
    this.#open.delete(oldest);
    oldest.destroy();
  }

  use(socket: Socket): void {
    // Not one that is closed already: nothing would take it out again.
    if (this.#open.delete(socket)) this.#open.add(socket);
  }
}

function answer(response: ServerResponse, status: number, body: string, type = "text/plain"): void {
  response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store" });
  response.end(body);
}
