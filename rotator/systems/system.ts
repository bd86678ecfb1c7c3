import type { Logger } from "pino";
import type { Clock } from "../../common/clock.ts";

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
 * What keeps an account from being used, whatever its password is. A system says so only where the
 * product does: to an administrator who asks, or in words that cannot mean a wrong password.
 */
export const ACCOUNT_STATES = ["locked", "disabled", "expired", "must_change"] as const;

export type AccountState = (typeof ACCOUNT_STATES)[number];

/** What may be known about a result that is not a success. */
interface Circumstances {
  /**
   * False: nothing reached the system (no connection, a request that cannot be built, refused by our
   * own checks). Such a probe was not a login, and such a change has certainly not happened. Absent:
   * something was sent, or nobody knows.
   */
  readonly sent?: false;
  /** The status of the answer that decided, where the system speaks HTTP. */
  readonly status?: number;
}

/**
 * Whether a credential opens the account. `invalid` only where the system said so in a documented
 * way; everything else (time-out, 5xx, an answer nobody expected, a locked account) is `unknown`,
 * and unknown changes nothing. `reason` is a short public code, never a target's answer.
 *
 * `account` beside `valid`: this is the right password, and yet the account cannot be used, because a
 * person has to do something first (`must_change`). Beside `unknown`: the account's state refuses
 * every password, so that nothing is known about this one. A search ends there.
 */
export type Probe =
  | { readonly result: "valid"; readonly account?: AccountState }
  | ({ readonly result: "invalid" } & Circumstances)
  | ({
      readonly result: "unknown";
      readonly reason: string;
      readonly account?: AccountState;
      /** The login was refused, but not surely for its password. Without `account`, the next call begins with another. */
      readonly refused?: true;
    } & Circumstances);

/** A definitive refusal: nothing has changed. */
interface Refused extends Circumstances {
  readonly result: "refused";
  readonly reason: string;
  /** Whose credential was refused. Absent: the system does not say. */
  readonly authority?: "account" | "admin";
}

/** Something that may have happened, also later. */
interface Ambiguous extends Circumstances {
  readonly result: "ambiguous";
  readonly reason: string;
}

/**
 * What became of a change. `changed`: the system confirmed it. `rejected`: the new password was
 * definitively refused by the system's own policy, nothing changed. `refused`: the authority used
 * was definitively refused, or nothing was sent (`sent: false`), nothing changed. `ambiguous`: it may
 * have happened, also later; never beside `sent: false`.
 */
export type Change =
  | { readonly result: "changed" }
  | ({ readonly result: "rejected"; readonly reason: string } & Circumstances)
  | Refused
  | Ambiguous;

/**
 * What became of the creation of a key. `exists`: the name is taken, nothing was created. `full`:
 * the owner already has as many keys as the system allows, nothing was created. `refused` and
 * `ambiguous` as in {@link Change}.
 */
export type KeyCreation =
  | { readonly result: "created"; readonly key: Credential }
  | { readonly result: "exists" }
  | { readonly result: "full" }
  | Refused
  | Ambiguous;

/** What became of a revocation. A key that is not there (any more) counts as `revoked`. */
export type KeyRevocation =
  | { readonly result: "revoked" }
  | ({ readonly result: "failed"; readonly reason: string } & Circumstances);

/** API keys or tokens that are found by a name, for the strategy `key-pair`. */
export interface KeyStore {
  /**
   * Creates a key called `name` for the owner. In the created credential, `username` is the key's
   * id where logging in needs one, else the owner's user name; `password` is the secret.
   */
  create(owner: Credential, name: string, context: StepContext): Promise<KeyCreation>;
  /** Ends the key called `name`. Must be safe to repeat. */
  revoke(owner: Credential, name: string, context: StepContext): Promise<KeyRevocation>;
}

/**
 * A kind of account store whose credentials the rotator can rotate. `probe` and `change` suffice
 * for the strategies single, alternating and random; each optional verb opens one more feature.
 *
 * A verb that throws counts as `unknown` or `ambiguous`; one that outlives its signal is abandoned
 * and counts the same. No verb repeats by itself what changes something.
 */
export interface System {
  /** One login that only asks whether the credential is valid. Never changes anything. */
  probe(credential: Credential, context: StepContext): Promise<Probe>;
  /**
   * Replaces `current` by `next` for the same user name, once. It may act as the account itself or
   * with an admin credential of the operator; the rotator has seen `current` log in just before.
   * Where the system can compare the current password itself, it should: that makes two requests
   * at the same moment harmless.
   */
  change(current: Credential, next: Credential, context: StepContext): Promise<Change>;
  /**
   * Sets a password with the operator's admin credential, without the current one. Present only
   * when an admin credential is configured. Used for an account whose password nobody told the
   * rotator, and for repair where the operator allowed it.
   */
  reconcile?(next: Credential, context: StepContext): Promise<Change>;
  /**
   * For the strategy `dual-password`: makes `next` the primary password and keeps `current` valid
   * beside it; an older second password ends here. Must be `refused` where `current` is not the
   * primary password, or a repeated call would end the password that is still being served.
   */
  changeRetaining?(current: Credential, next: Credential, context: StepContext): Promise<Change>;
  /** False for a system that only has keys, whose `change` always refuses. Default: true. */
  readonly changesPasswords?: boolean;
  /** For the strategy `key-pair`. */
  readonly keys?: KeyStore;
  /** Rotations that it bears at once, where the operator says nothing else. Default 16. */
  readonly maxConcurrent?: number;
  /**
   * Pause that it demands between a failed login and the next one, in milliseconds, where the operator
   * says nothing else. Default 1100.
   */
  readonly failedLoginSpacingMs?: number;
  /** Releases connections; called once at shutdown. */
  close?(): Promise<void>;
}
