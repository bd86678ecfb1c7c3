import type { Clock } from "../../common/clock.ts";
import { FailedLogins } from "./failed-logins.ts";
import { KnownPasswords } from "./known-passwords.ts";
import { CredentialLocks, HeldLocks } from "./locks.ts";
import { RequestMemory } from "./request-memory.ts";
import type { RotationAnswer } from "./rotation.ts";

/** What a rotation ends with, and what of it the redactor of a request that joined it must know. */
export interface EndedRotation {
  readonly answer: RotationAnswer;
  readonly secrets: readonly string[];
}

/**
 * What a process knows of accounts and of the rotations that run. It outlives a configuration: a reload
 * forgets nothing. Held in memory, by each process for itself: no rotation depends on it.
 */
export interface AccountMemory {
  readonly running: CredentialLocks<EndedRotation>;
  readonly heldLocks: HeldLocks;
  readonly failedLogins: FailedLogins;
  readonly known: KnownPasswords;
  readonly requests: RequestMemory;
}

/** The memory of a process that has just started. */
export function createAccountMemory(clock: Clock): AccountMemory {
  return {
    running: new CredentialLocks(),
    heldLocks: new HeldLocks(clock),
    failedLogins: new FailedLogins(clock),
    known: new KnownPasswords(),
    requests: new RequestMemory(),
  };
}
