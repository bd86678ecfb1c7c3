/** The steps of a rotation, in the order in which they can happen; `old` asks for the old password. */
export const STEPS = [
  "parse",
  "lock",
  "probe",
  "revoke",
  "change",
  "reconcile",
  "verify",
  "old",
  "answer",
] as const;

export type TraceStep = (typeof STEPS)[number];

/** One finished step. Never carries a secret or a system's answer. */
export interface StepEvent {
  readonly step: TraceStep;
  /** `ok`, or a short code: a probe's result, a change's result, an error code. */
  readonly outcome: string;
  /** How long the step took, in milliseconds of the injected clock; `answer`: the whole rotation. */
  readonly ms: number;
  /** What was probed or changed: `current`, `candidate`, `look-ahead`, `previous`, a reason. */
  readonly detail?: string;
}

/** Messages of lines that only some rotations leave. */
export const ROTATION_MESSAGES = {
  verbFailed: "the system's verb failed",
  noSharedTurn: "the shared lock gives no turn; going on without",
  turnKept: "turn not given back",
  lockKept: "shared lock not given back",
  random: "strategy random: if this answer is lost, nobody knows the new password",
} as const;
