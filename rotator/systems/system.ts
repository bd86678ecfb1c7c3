import type { Logger } from "pino";
import type { Clock } from "../clock.ts";

/** What opens an account: a user name with its password, or a key id with its secret. */
export interface Credential {
  readonly username: string;
  readonly password: string;
}

/** What every step of a system gets. */
export interface StepContext {
  /** Aborts when the step's share of the time budget is used up. */
  readonly signal: AbortSignal;
  /** Bound to the rotation's correlation id; redacts the secrets of the rotation in hand. */
  readonly log: Logger;
  readonly clock: Clock;
}

/**
 * Whether a credential opens the account. `invalid` only where the system said so in a documented
 * way; everything else (time-out, 5xx, an answer nobody expected, a locked account) is `unknown`,
 * and unknown changes nothing. `reason` is a short public code, never a target's answer.
 */
export type Probe =
  | { readonly result: "valid" }
  | { readonly result: "invalid" }
  | { readonly result: "unknown"; readonly reason: string };

/**
 * What became of a change. `changed`: the system confirmed it. `rejected`: the new password was
 * definitively refused by the system's own policy, nothing changed. `refused`: the authority used
 * was definitively refused, nothing changed. `ambiguous`: it may have happened.
 */
export type Change =
  | { readonly result: "changed" }
  | { readonly result: "rejected"; readonly reason: string }
  | { readonly result: "refused"; readonly reason: string }
  | { readonly result: "ambiguous"; readonly reason: string };

/** A kind of account store whose credentials the rotator can rotate. */
export interface System {
  /** One login that only asks whether the credential is valid. Never changes anything. */
  probe(credential: Credential, context: StepContext): Promise<Probe>;
  /** Replaces `current` by `next` for the same user name. Must not be retried by the system. */
  change(current: Credential, next: Credential, context: StepContext): Promise<Change>;
  /** Sets a password with the operator's admin credential, without the current one. Opt-in. */
  reconcile?(next: Credential, context: StepContext): Promise<Change>;
  /** Releases connections; called once at shutdown. */
  close?(): Promise<void>;
}
