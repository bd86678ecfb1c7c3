import type { Logger } from "pino";
import { defined } from "../../common/defined.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { ItemBinding, Outcome, RotationAnswer } from "../rotation/rotation.ts";
import type { StepEvent, TraceStep } from "../rotation/trace.ts";
import { type PublicReason, publicReasonOf } from "./public-reason.ts";

/** Watches one rotation for logs and metrics. */
export interface RotationObserver {
  /** What the last step that did not go well had against it. */
  readonly reason: () => PublicReason | undefined;
  readonly step: (event: StepEvent) => void;
  /** Follows a rotation to its end and passes its result on. */
  readonly until: (rotation: Promise<RotationAnswer>) => Promise<RotationAnswer>;
}

/** Outcomes of a rotation that had to repair something first. */
export const RECOVERIES = ["replayed", "restored", "reconciled"] as const satisfies Outcome[];

const RECOVERED: ReadonlySet<Outcome> = new Set<Outcome>(RECOVERIES);

/** Errors that say something about the moment, nothing about the item. */
const MOMENTARY: ReadonlySet<string> = new Set(["busy", "stopping"]);

/** Steps that contact the system; the others are bookkeeping. */
const CONTACTS: ReadonlySet<TraceStep> = new Set<TraceStep>([
  "probe",
  "revoke",
  "change",
  "reconcile",
  "verify",
  "old",
]);

/** Messages of the steps that people look for; the others are called by their name. */
export const STEP_MESSAGES: Readonly<Record<string, string>> = {
  "change changed": "password changed",
  "reconcile changed": "password reset with the admin credential",
  "verify valid": "new password verified",
  "old invalid": "old password refused",
  "old valid": "the old password still works",
};

/** @param now milliseconds of a clock that only moves forward */
export function observeRotation(
  metrics: Metrics,
  { item, system, strategy }: ItemBinding & { readonly item: string },
  log: Logger,
  now: () => number,
): RotationObserver {
  const labels = { system, strategy };
  const started = now();

  const finish = (outcome: string) => {
    metrics.rotations.inc({ ...labels, outcome });
    metrics.rotationSeconds.observe({ ...labels, outcome }, (now() - started) / 1000);
  };

  let reason: PublicReason | undefined;

  return {
    reason: () => reason,
    step: ({ step, outcome, ms, detail }) => {
      if (CONTACTS.has(step)) reason = publicReasonOf(outcome, detail) ?? reason;
      // Bookkeeping inside the process has no detail, and no duration that anybody would look at.
      if (detail !== undefined) {
        metrics.steps.inc({ ...labels, step, outcome });
        metrics.stepSeconds.observe({ ...labels, step }, ms / 1000);
      }
      const message = STEP_MESSAGES[`${step} ${outcome}`] ?? `step ${step}`;
      const stale = step === "old" && outcome === "valid";
      if (stale) metrics.oldAccepted.inc(labels);
      const level = stale ? "warn" : CONTACTS.has(step) ? "info" : "debug";
      log[level]({ step, outcome, ms, ...defined({ detail }) }, message);
    },
    until: async (rotation) => {
      try {
        const answer = await rotation;
        finish("rotated");
        metrics.requestKeys.inc({ key: answer.requestKey ?? "none" });
        metrics.lastSuccess.set({ ...labels, item }, Date.now() / 1000);
        metrics.itemStates.succeeded({ ...labels, item });
        if (RECOVERED.has(answer.outcome)) {
          metrics.recoveries.inc({ ...labels, kind: answer.outcome });
        }
        return answer;
      } catch (error) {
        const code = error instanceof KitError ? error.code : "internal_error";
        finish(code);
        if (!MOMENTARY.has(code)) metrics.itemStates.failed({ ...labels, item }, code);
        throw error;
      }
    },
  };
}
