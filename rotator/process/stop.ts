import type { Server } from "node:http";
import type { Server as TlsServer } from "node:https";
import type { Clock } from "../../common/clock.ts";
import type { RotatorConfig } from "../config/schema.ts";

/** Options of {@link stopServer}. */
export interface StopOptions {
  readonly shutdown: RotatorConfig["shutdown"];
  /** Resolves as soon as no rotation runs. */
  readonly idle: () => Promise<void>;
  /** What follows once nobody is served any more; `limit` resolves when there is no time left. */
  readonly release: (limit: Promise<unknown>) => Promise<boolean>;
  readonly clock: Clock;
}

/**
 * Ends a server whose handler already refuses new work: waits for the rotations that run while the
 * port stays open (so that callers get a 503 and not a refused connection), then closes the port and
 * idle connections, then releases what the rotations used. What was cut may still use it.
 *
 * @returns whether everything ended within the grace period; what did not is cut
 */
export async function stopServer(
  server: Server | TlsServer,
  { shutdown, idle, release, clock }: StopOptions,
): Promise<boolean> {
  const done = new AbortController();
  const limit = clock.sleep(shutdown.grace_ms, done.signal).then(
    () => false,
    () => true,
  );
  const drained = Promise.all([idle(), clock.sleep(shutdown.drain_ms)]).then(() => true);
  const finished =
    (await Promise.race([drained, limit])) &&
    (await closing(server, limit)) &&
    (await release(limit));
  done.abort();
  if (!finished) server.closeAllConnections();
  return finished;
}

/** Connections that are idle now close now, the others after their answer. */
function closing(server: Server | TlsServer, limit: Promise<boolean>): Promise<boolean> {
  const closed = new Promise<boolean>((resolve) => server.close(() => resolve(true)));
  server.closeIdleConnections();
  return Promise.race([closed, limit]);
}
