import { performance } from "node:perf_hooks";
import { KitError } from "../../common/errors/kit-error.ts";
import type { Authenticate, Identity } from "../authentication/authenticate.ts";
import type { RequestLog } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import { observeRotation } from "../observability/observe.ts";
import { RotationError } from "../rotation/errors.ts";
import type { ItemBinding, Rotation } from "../rotation/rotation.ts";
import type { Gate } from "../traffic/gate.ts";
import type { RateLimit } from "../traffic/rate-limit.ts";
import { readPayload } from "./request-body.ts";

/** What serving a rotation needs. */
export interface RotateDependencies {
  readonly authenticate: Authenticate;
  readonly items: Readonly<Record<string, ItemBinding>>;
  readonly rotation: Rotation;
  readonly gate: Gate;
  readonly rateLimit: RateLimit;
  readonly metrics: Metrics;
  readonly jsonDepth: number;
  /** Aborts when the process stops: what has changed nothing yet ends, the rest finishes. */
  readonly stopping: AbortSignal;
}

/** A request that is known to come from a gateway and to be about an item of ours. */
export interface Admitted {
  readonly identity: Identity;
  readonly binding: ItemBinding;
}

/** Authentication, item binding and rate limit: everything that happens before the body is read. */
export async function admit(
  { authenticate, items, rateLimit }: RotateDependencies,
  credentials: readonly string[],
  { log, redactor }: RequestLog,
): Promise<Admitted> {
  redactor.add(...credentials);
  const identity = await authenticate(credentials);
  const binding = items[identity.item];
  if (binding === undefined) {
    throw new KitError("item_not_allowed");
  }
  log.info({ item: identity.item, access_id: identity.accessId }, "credentials validated");
  rateLimit(`${identity.accessId} ${identity.item}`);
  return { identity, binding };
}

/** A request that was served. */
export interface Served {
  /** The payload to answer. */
  readonly payload: string;
  readonly code: "rotated" | "dry_run";
  /** What the log says about it. */
  readonly told: Readonly<Record<string, unknown>>;
}

/**
 * Rotates, or only checks when the request is a dry run, and returns the payload to answer.
 *
 * @param started when the request came, in milliseconds of `performance.now()`
 */
export async function serveRotation(
  { rotation, gate, metrics, jsonDepth, stopping }: RotateDependencies,
  { identity, binding }: Admitted,
  body: unknown,
  request: RequestLog,
  started: number,
): Promise<Served> {
  const payload = readPayload(body, jsonDepth);
  if (identity.dryRun) {
    rotation.check({ item: identity.item, payload, binding, maxDepth: jsonDepth });
    return { payload, code: "dry_run", told: { outcome: "dry_run" } };
  }
  const answer = await gate.run(async () => {
    // The stop may have come while the body was read.
    if (stopping.aborted) throw new RotationError("stopping");
    const watched = { ...binding, item: identity.item };
    const observe = observeRotation(metrics, watched, request.log, () => performance.now());
    return observe.until(
      rotation.rotate({
        item: identity.item,
        payload,
        binding,
        maxDepth: jsonDepth,
        waitedMs: performance.now() - started,
        log: request.log,
        signal: stopping,
        onStep: observe.step,
        onSecret: (secret) => request.redactor.add(secret),
      }),
    );
  });
  const { outcome, generation } = answer;
  return { payload: answer.payload, code: "rotated", told: { outcome, generation } };
}
