import type { Logger } from "pino";
import type { Clock } from "../../common/clock.ts";
import type { Change, Credential, Probe, StepContext, System } from "../systems/system.ts";
import { Budget } from "./budget.ts";
import { RotationError } from "./errors.ts";
import type { RotationLimits } from "./limits.ts";
import { readResult } from "./read-result.ts";
import type { Step, StepEvent } from "./trace.ts";

interface SessionOptions {
  readonly system: System;
  readonly limits: RotationLimits;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onStep: (event: StepEvent) => void;
  readonly onSecret: (secret: string) => void;
  /** Aborts when no further rotation may pass the change step. */
  readonly signal: AbortSignal | undefined;
}

/** Reason of an unknown probe where the system says so; recipes and commands use it. */
const ACCOUNT_LOCKED = "account_locked";

const PROBES = ["valid", "invalid", "unknown"] as const;
const CHANGES = ["changed", "rejected", "refused", "ambiguous"] as const;

/**
 * One rotation's access to its system. Each verb gets its share of the time, is counted against
 * the limit of failed logins, leaves a step in the trace, and never throws for what the system
 * does: an exception or a time-out becomes `unknown` or `ambiguous`.
 */
export class Session {
  readonly system: System;
  readonly limits: RotationLimits;
  readonly #options: SessionOptions;
  readonly #budget: Budget;
  readonly #failedLogins = new Map<string, number>();
  #opened = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.system = options.system;
    this.limits = options.limits;
    this.#budget = new Budget(options.clock, options.limits.totalMs);
  }

  /** The log of the request, without secrets. */
  get log(): Logger {
    return this.#options.log;
  }

  /** Whether any login has worked so far. */
  get opened(): boolean {
    return this.#opened;
  }

  /** Milliseconds that are left of the rotation's time. */
  get remaining(): number {
    return this.#budget.remaining;
  }

  /**
   * Failed logins in a row that this rotation may still cause for the account. A login that works
   * starts the count anew, as it does for lock-outs.
   */
  loginsLeft(username: string): number {
    return this.limits.maxFailedLogins - (this.#failedLogins.get(username) ?? 0);
  }

  /** Asks once whether the credential opens the account. `what` names it in the trace. */
  async probe(credential: Credential, what: string, step: Step = "probe"): Promise<Probe> {
    this.#options.onSecret(credential.password);
    const { username } = credential;
    // Without a login left nothing may be tried; without an answer nothing may be concluded.
    if (this.loginsLeft(username) <= 0) return { result: "unknown", reason: "login_limit" };
    const probe = await this.run<Probe>(
      step,
      what,
      this.limits.probeMs,
      (context) => this.system.probe(credential, context),
      PROBES,
      (reason) => ({ result: "unknown", reason }),
    );
    if (probe.result === "valid") {
      this.#opened = true;
      this.#failedLogins.delete(username);
    }
    if (probe.result === "invalid")
      this.#failedLogins.set(username, (this.#failedLogins.get(username) ?? 0) + 1);
    return probe;
  }

  /** A verb that changes a password. Begins only when there is time left to verify its effect. */
  async change(
    step: "change" | "reconcile",
    what: string,
    verb: (context: StepContext) => Promise<Change>,
  ): Promise<Change> {
    this.requireTimeForChange();
    return this.run<Change>(step, what, this.limits.changeMs, verb, CHANGES, (reason) => ({
      result: "ambiguous",
      reason,
    }));
  }

  /** @throws RotationError `out_of_time`, `stopping`: nothing has been changed so far */
  requireTimeForChange(): void {
    if (this.#options.signal?.aborted) throw new RotationError("stopping");
    if (this.remaining < this.limits.changeMs + this.limits.probeMs)
      throw new RotationError("out_of_time");
  }

  /**
   * Logs in afresh with what was just set, and waits while it propagates: pauses grow fourfold
   * until the time or the failed logins, but for those to `keep`, are used up, or the system says
   * that the account is locked, which more logins would prolong. True once the login worked.
   */
  async verify(credential: Credential, keep = 0): Promise<boolean> {
    let pause = this.limits.propagationMs;
    for (;;) {
      const probe = await this.probe(credential, "candidate", "verify");
      if (probe.result === "valid") return true;
      if (probe.result === "unknown" && probe.reason === ACCOUNT_LOCKED) return false;
      if (this.loginsLeft(credential.username) <= keep || this.remaining <= pause) return false;
      await this.#budget.pause(pause);
      pause = Math.min(pause * 4, this.limits.propagationMaxMs);
    }
  }

  /**
   * Runs one verb in its share of time and traces it. What throws, takes too long, or results in
   * something that the interface does not name (`malformed`), becomes what `failed` makes of it.
   */
  async run<T extends { readonly result: string; readonly reason?: string }>(
    step: Step,
    what: string,
    shareMs: number,
    verb: (context: StepContext) => Promise<T>,
    results: readonly T["result"][],
    failed: (reason: string) => T,
  ): Promise<T> {
    const { clock, log, onStep } = this.#options;
    const begun = clock.monotonic();
    const ended = await this.#budget.run(shareMs, async (signal) => verb({ signal, log, clock }));
    if (ended.kind === "failed") log.warn({ step, err: ended.cause }, "the system's verb failed");
    const value =
      ended.kind === "done"
        ? (readResult<T>(ended.value, results) ?? failed("malformed"))
        : failed(ended.kind);
    const detail = value.reason ? `${what}: ${value.reason}` : what;
    onStep({ step, outcome: value.result, ms: Math.round(clock.monotonic() - begun), detail });
    return value;
  }

  /** Gives later steps a signal of their own: their time-out then ends nothing that exists already. */
  renewSignal(): void {
    this.#budget.renewSignal();
  }

  /** Registers a secret with the redactor. */
  secret(value: string): void {
    this.#options.onSecret(value);
  }
}
