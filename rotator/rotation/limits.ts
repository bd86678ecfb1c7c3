import {
  DEFAULT_FAILED_LOGIN_SPACING_MS,
  DEFAULT_FAILED_LOGIN_WINDOW_MS,
  DEFAULT_MAX_FAILED_LOGINS,
} from "../systems/common-config.ts";

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
   * Failed logins in a row that all rotations of this process together may cause per account; keep
   * it below the lock-out limit.
   */
  readonly maxFailedLogins: number;
  /** How long after the last failed login the system counts anew; until then none is added. */
  readonly failedLoginWindowMs: number;
  /** Pause after a failed login before the next login of the same account. */
  readonly failedLoginSpacingMs: number;
  /** Candidates of one generation that are tried when the system rejects one by its policy. */
  readonly attempts: number;
  /** Generations ahead of a stale payload that are searched; 1 covers a lost answer. */
  readonly lookAhead: number;
}

/** 35 s stay under the gateway's 40 s. */
const DEFAULT_LIMITS: RotationLimits = {
  totalMs: 35_000,
  probeMs: 5_000,
  changeMs: 10_000,
  propagationMs: 250,
  propagationMaxMs: 4_000,
  maxFailedLogins: DEFAULT_MAX_FAILED_LOGINS,
  failedLoginWindowMs: DEFAULT_FAILED_LOGIN_WINDOW_MS,
  failedLoginSpacingMs: DEFAULT_FAILED_LOGIN_SPACING_MS,
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
