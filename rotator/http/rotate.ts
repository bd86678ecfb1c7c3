import { performance } from "node:perf_hooks";
import { KitError } from "../../common/errors/kit-error.ts";
import type { Notifier } from "../notification/notifier.ts";
import type { RequestLog } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { Rotation } from "../rotation/rotation.ts";
import type { AdmittedItem } from "../traffic/admission.ts";
import type { Gate } from "../traffic/gate.ts";
import { observeRotation } from "./observe-rotation.ts";
import type { PublicReason } from "./public-reason.ts";

/** What serving a rotation needs. */
export interface RotateDependencies {
  readonly rotation: Rotation;
  readonly gate: Gate;
  readonly metrics: Metrics;
  /** Told of every rotation before it is answered. */
  readonly notifier?: Pick<Notifier, "announce"> | undefined;
  /** Deepest nesting of a body and of a payload. */
  readonly jsonDepth: number;
  /** Aborts when the process stops: what has changed nothing yet ends, the rest finishes. */
  readonly stopping: AbortSignal;
}

/** What one request asks for. */
export interface RotateTask {
  readonly item: AdmittedItem;
  /** The payload as it came. */
  readonly payload: string;
  /** Whether it must change nothing. */
  readonly dryRun: boolean;
  /** Told what the system had against a rotation that failed. */
  readonly onReason: (reason: PublicReason | undefined) => void;
  /** When the request came, in milliseconds of `performance.now()`. */
  readonly started: number;
}

/** A request that was served. */
export interface Served {
  /** The payload to answer. */
  readonly payload: string;
  readonly code: "rotated" | "dry_run";
  /** Fields of its line in the log. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Rotates, or only checks when the request is a dry run, and returns the payload to answer. */
export async function serveRotation(
  { rotation, gate, metrics, notifier, jsonDepth: maxDepth, stopping }: RotateDependencies,
  { item: { name: item, binding }, payload, dryRun, onReason, started }: RotateTask,
  request: RequestLog,
): Promise<Served> {
  if (dryRun) {
    rotation.check({ item, payload, binding, maxDepth });
    return { payload, code: "dry_run", fields: { outcome: "dry_run" } };
  }
  const answer = await gate.run(async () => {
    // The stop may have come while the body was read.
    if (stopping.aborted) throw new KitError("stopping");
    const watched = { ...binding, item };
    const observe = observeRotation(metrics, watched, request.log, () => performance.now());
    const rotated = observe.until(
      rotation.rotate({
        item,
        payload,
        binding,
        maxDepth,
        waitedMs: performance.now() - started,
        log: request.log,
        signal: stopping,
        onStep: observe.step,
        onSecret: (secret) => request.redactor.add(secret),
      }),
    );
    return rotated.catch((error: unknown) => {
      onReason(observe.reason());
      throw error;
    });
  });
  const { outcome, generation } = answer;
  await notifier?.announce({ item, system: binding.system, generation });
  return { payload: answer.payload, code: "rotated", fields: { outcome, generation } };
}
