import type { Logger } from "pino";
import { KitError } from "../../common/errors/kit-error.ts";
import type { ItemBinding, Outcome, RotationAnswer } from "../rotation/rotation.ts";
import type { Step, StepEvent } from "../rotation/trace.ts";
import { type Metrics, RECOVERIES } from "./metrics.ts";

/** Watches one rotation for logs and metrics. */
export interface RotationObserver {
  readonly step: (event: StepEvent) => void;
  /** Follows a rotation to its end and passes its result on. */
  readonly until: (rotation: Promise<RotationAnswer>) => Promise<RotationAnswer>;
}

/** Outcomes that had to repair something first. */
const RECOVERED: ReadonlySet<Outcome> = new Set<Outcome>(RECOVERIES);

/** Steps that contact the system; the others are bookkeeping. */
const CONTACTS: ReadonlySet<Step> = new Set<Step>([
  "probe",
  "revoke",
  "change",
  "reconcile",
  "verify",
  "old",
]);

/** Messages of the steps that people look for; the others are called by their name. */
const MESSAGES: Readonly<Record<string, string>> = {
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

  return {
    step: ({ step, outcome, ms, detail }) => {
      // Bookkeeping inside the process has no detail, and no duration that anybody would look at.
      if (detail !== undefined) {
        metrics.steps.inc({ ...labels, step, outcome });
        metrics.stepSeconds.observe({ ...labels, step }, ms / 1000);
      }
      const message = MESSAGES[`${step} ${outcome}`] ?? `step ${step}`;
      const stale = step === "old" && outcome === "valid";
      if (stale) metrics.oldAccepted.inc(labels);
      const level = stale ? "warn" : CONTACTS.has(step) ? "info" : "debug";
      log[level]({ step, outcome, ms, ...(detail && { detail }) }, message);
    },
    until: async (rotation) => {
      try {
        const answer = await rotation;
        finish("rotated");
        metrics.requestKeys.inc({ key: answer.requestKey ?? "none" });
        metrics.lastSuccess.set({ ...labels, item }, Date.now() / 1000);
        if (RECOVERED.has(answer.outcome)) {
          metrics.recoveries.inc({ ...labels, kind: answer.outcome });
        }
        return answer;
      } catch (error) {
        finish(error instanceof KitError ? error.code : "internal_error");
        throw error;
      }
    },
  };
}
