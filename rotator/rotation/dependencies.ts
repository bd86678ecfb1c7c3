import type { Clock } from "../../common/clock.ts";
import type { SharedLock } from "../systems/shared-lock.ts";
import type { AccountMemory } from "./account-memory.ts";
import type { Keyring } from "./keyring.ts";
import type { RotationLimits } from "./limits.ts";
import type { RotatableSystem } from "./rotation.ts";

/** What the rotation protocol works with. */
export interface RotationDependencies {
  readonly keyring: Keyring;
  readonly systems: ReadonlyMap<string, RotatableSystem>;
  readonly clock: Clock;
  readonly limits?: Partial<RotationLimits>;
  /** Keeps replicas polite; correctness never depends on it. */
  readonly sharedLock?: SharedLock;
  /** What is known of accounts already. Default: nothing. */
  readonly memory?: Partial<AccountMemory>;
  /** Cryptographic randomness; default `crypto.randomBytes`. */
  readonly randomBytes?: (size: number) => Uint8Array;
}
