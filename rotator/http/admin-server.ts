import { createServer, type Server, type ServerResponse } from "node:http";
import type { Metrics } from "../observability/metrics.ts";
import { boundConnections } from "../traffic/connections.ts";

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
  const server = createServer(LIMITS, async (request, response) => {
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
  boundConnections(server, MAX_CONNECTIONS);
  return server;
}

function answer(response: ServerResponse, status: number, body: string, type = "text/plain"): void {
  response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store" });
  response.end(body);
}
