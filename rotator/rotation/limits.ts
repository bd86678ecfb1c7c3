/** Bounds of one rotation. Times in milliseconds. */
export interface RotationLimits {
  /** The whole rotation; a definite answer comes within it. Gateways wait 40 s by default. */
  readonly totalMs: number;
  /** One probe or revocation; at most a seventh of the whole. */
  readonly probeMs: number;
  /** One change or creation; at most two sevenths of the whole. */
  readonly changeMs: number;
  /** First pause while a new password propagates; grows fourfold up to `propagationMaxMs`. */
  readonly propagationMs: number;
  readonly propagationMaxMs: number;
  /**
   * Failed logins in a row that one rotation may cause per account; keep it below the lock-out
   * limit. From 3 on, repeated calls reach every place that is searched.
   */
  readonly maxFailedLogins: number;
  /** Pause between two full searches for the same request, where the first found nothing. */
  readonly restMs: number;
  /** Candidates of one generation that are tried when the system rejects one by its policy. */
  readonly attempts: number;
  /** Generations ahead of a stale payload that are searched; 1 covers a lost answer. */
  readonly lookAhead: number;
}

/** Stays under the common lock-out at 5. */
export const DEFAULT_MAX_FAILED_LOGINS = 4;

/** 35 s stay under the gateway's 40 s. */
const DEFAULT_LIMITS: RotationLimits = {
  totalMs: 35_000,
  probeMs: 5_000,
  changeMs: 10_000,
  propagationMs: 250,
  propagationMaxMs: 4_000,
  maxFailedLogins: DEFAULT_MAX_FAILED_LOGINS,
  restMs: 900_000,
  attempts: 3,
  lookAhead: 3,
};

/** The defaults with what is set otherwise; no step gets more than its share of the whole time. */
export function limitsFrom(set: Partial<RotationLimits> = {}): RotationLimits {
  const limits = { ...DEFAULT_LIMITS, ...set };
  const share = Math.floor(limits.totalMs / 7);
  return {
    ...limits,
    probeMs: Math.min(limits.probeMs, share),
    changeMs: Math.min(limits.changeMs, 2 * share),
  };
}
