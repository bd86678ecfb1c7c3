import type { Logger } from "pino";
import type { Clock } from "../../common/clock.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import type {
  AccountState,
  Change,
  Credential,
  Probe,
  StepContext,
  System,
} from "../systems/system.ts";
import { Budget } from "./budget.ts";
import type { FailedLogins } from "./failed-logins.ts";
import type { KnownPasswords } from "./known-passwords.ts";
import type { RotationLimits } from "./limits.ts";
import { type ReadResult, readResult } from "./read-result.ts";
import { ROTATION_MESSAGES, type StepEvent, type TraceStep } from "./trace.ts";

interface SessionOptions {
  readonly system: System;
  /** The system's name, under which its accounts' failed logins are counted. */
  readonly name: string;
  readonly limits: RotationLimits;
  readonly clock: Clock;
  readonly failedLogins: FailedLogins;
  readonly known: KnownPasswords;
  readonly log: Logger;
  readonly onStep: (event: StepEvent) => void;
  readonly onSecret: (secret: string) => void;
  /** Aborts when no further rotation may pass the change step. */
  readonly signal: AbortSignal | undefined;
}

/** Reason of an unknown probe where the system says so without naming a state. */
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
  #opened = false;
  #turnedAway = false;

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

  /** Whether a login was refused, and neither its password nor a state of the account is surely why. */
  get turnedAway(): boolean {
    return this.#turnedAway;
  }

  /** Milliseconds that are left of the rotation's time. */
  get remaining(): number {
    return this.#budget.remaining;
  }

  /**
   * Failed logins in a row that may still be caused for the account, by this rotation and by others
   * of this process. A login that works starts the count anew, as it does for lock-outs.
   */
  loginsLeft(username: string): number {
    const { maxFailedLogins, failedLoginWindowMs } = this.limits;
    const { failedLogins } = this.#options;
    return maxFailedLogins - failedLogins.count(this.#account(username), failedLoginWindowMs);
  }

  /** Whether this process knows the password to open the account, or to have been set. */
  knows({ username, password }: Credential): boolean {
    return this.#options.known.has(this.#account(username), password);
  }

  /** Whether this process knows any password of the account. */
  knowsAny(username: string): boolean {
    return this.#options.known.hasAny(this.#account(username));
  }

  /** How long any of the users has failed logins that the system has not forgotten, in milliseconds. */
  restMs(usernames: readonly string[]): number {
    return Math.max(...usernames.map((username) => this.resting(username).ms));
  }

  /** How long no further login may fail, in milliseconds, and whether a password was refused. */
  resting(username: string): { ms: number; refused: boolean } {
    const { failedLogins } = this.#options;
    const account = this.#account(username);
    const { failedLoginWindowMs: window } = this.limits;
    return {
      ms: Math.max(0, window - failedLogins.sinceLast(account)),
      refused: failedLogins.refused(account, window),
    };
  }

  /** Asks once whether the credential opens the account. `what` names it in the trace. */
  async probe(credential: Credential, what: string, step: TraceStep = "probe"): Promise<Probe> {
    this.#options.onSecret(credential.password);
    const { username } = credential;
    // Without a login left nothing may be tried; without an answer nothing may be concluded.
    if (this.loginsLeft(username) <= 0) return notTried("login_limit");
    if (!(await this.#keepDistance(username))) return notTried("out_of_time");
    const probe = await this.run<Probe>(
      step,
      what,
      this.limits.probeMs,
      (context) => this.system.probe(credential, context),
      PROBES,
      (reason) => ({ result: "unknown", reason }),
    );
    this.#note(credential, probe, step);
    return probe;
  }

  /** Waits until the last failed login of the account is long enough ago; false: there is no time. */
  async #keepDistance(username: string): Promise<boolean> {
    const since = this.#options.failedLogins.sinceLast(this.#account(username));
    const wait = this.limits.failedLoginSpacingMs - since;
    if (wait <= 0) return true;
    if (wait >= this.remaining) return false;
    await this.#budget.pause(wait);
    return true;
  }

  #note({ username, password }: Credential, probe: Probe, step: TraceStep): void {
    const { failedLogins, known } = this.#options;
    const account = this.#account(username);
    if (probe.result === "valid") {
      this.#opened = true;
      failedLogins.clear(account);
      known.opened(account, password);
    } else if (probe.sent !== false) {
      const refused = probe.result === "invalid";
      if (!refused && probe.refused && !blockedState(probe)) this.#turnedAway = true;
      failedLogins.add(account, refused, this.limits.failedLoginWindowMs);
      // What was just set may take a while to propagate.
      if (refused && step !== "verify") known.refused(account, password);
    }
  }

  #account(username: string): string {
    return JSON.stringify([this.#options.name, username]);
  }

  /** A verb that sets a password. Begins only when there is time left to verify its effect. */
  async change(
    step: "change" | "reconcile",
    what: string,
    next: Credential,
    verb: (next: Credential, context: StepContext) => Promise<Change>,
  ): Promise<Change> {
    this.requireTimeForChange();
    this.secret(next.password);
    const change = await this.run<Change>(
      step,
      what,
      this.limits.changeMs,
      (context) => verb(next, context),
      CHANGES,
      (reason) => ({ result: "ambiguous", reason }),
    );
    if (change.result === "changed" || change.result === "ambiguous")
      this.#options.known.set(this.#account(next.username), next.password);
    return change;
  }

  /** @throws KitError `out_of_time`, `stopping`: nothing has been changed so far */
  requireTimeForChange(): void {
    if (this.#options.signal?.aborted) throw new KitError("stopping");
    if (this.remaining < this.limits.changeMs + this.limits.probeMs)
      throw new KitError("out_of_time");
  }

  /** Waits as long as a password usually takes to propagate, but never beyond the time that is left. */
  async waitForPropagation(): Promise<void> {
    await this.#budget.pause(this.limits.propagationMaxMs);
  }

  /**
   * Logs in afresh with what was just set, and waits while it propagates: pauses grow fourfold until
   * the time or the failed logins are used up, but for one, which the next call needs, or the system
   * says that the account is blocked, which more logins would prolong. True once the login worked.
   */
  async verify(credential: Credential): Promise<boolean> {
    let pause = this.limits.propagationMs;
    for (;;) {
      const probe = await this.probe(credential, "candidate", "verify");
      if (probe.result === "valid") return true;
      if (blockedState(probe) !== undefined) return false;
      if (this.loginsLeft(credential.username) <= 1 || this.remaining <= pause) return false;
      await this.#budget.pause(pause);
      pause = Math.min(pause * 4, this.limits.propagationMaxMs);
    }
  }

  /**
   * Runs one verb in its share of time and traces it. What throws, takes too long, or results in
   * something that the interface does not name (`malformed`), becomes what `failed` makes of it.
   */
  async run<T extends ReadResult>(
    step: TraceStep,
    what: string,
    shareMs: number,
    verb: (context: StepContext) => Promise<T>,
    results: readonly T["result"][],
    failed: (reason: string) => T,
  ): Promise<T> {
    const { clock, log, onStep } = this.#options;
    const begun = clock.monotonic();
    const ended = await this.#budget.run(shareMs, async (signal) => verb({ signal, log, clock }));
    if (ended.kind === "failed") log.warn({ step, err: ended.cause }, ROTATION_MESSAGES.verbFailed);
    const value =
      ended.kind === "done"
        ? (readResult<T>(ended.value, results) ?? failed("malformed"))
        : failed(ended.kind);
    const why = value.reason ?? value.account;
    const detail = why ? `${what}: ${why}` : what;
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

/** The state that refuses every password, where the probe says that there is one. */
export function blockedState(probe: Probe): AccountState | undefined {
  if (probe.result !== "unknown") return undefined;
  return probe.account ?? (probe.reason === ACCOUNT_LOCKED ? "locked" : undefined);
}

function notTried(reason: string): Probe {
  return { result: "unknown", reason, sent: false };
}
