import type { Logger } from "pino";
import type { PasswordPolicyConfig } from "../password/policy.ts";
import type { FieldMap } from "../systems/field-map.ts";
import type { System } from "../systems/system.ts";
import type { RotationLimits } from "./limits.ts";
import type { StepEvent } from "./trace.ts";

/** How a credential moves from one password to the next; docs/reference/rotation-protocol.md. */
export const STRATEGIES = ["single", "alternating", "dual-password", "key-pair", "random"] as const;

export type Strategy = (typeof STRATEGIES)[number];

/** What the operator allows an item to rotate. */
export interface ItemBinding {
  /** Name of the system in the configuration; the payload must name the same. */
  readonly system: string;
  /** User names that a payload of this item may carry. */
  readonly usernames: readonly string[];
  /** Former names of the item: payloads that were made under them are accepted. */
  readonly formerly?: readonly string[];
  readonly strategy: Strategy;
  /** What the fields of its payload are called, where not as the system says. */
  readonly fields?: FieldMap | undefined;
  /** Whether the admin credential may reset a password that a rotator has set and cannot find. */
  readonly reconcile: boolean;
  /** Whether the admin credential may set the first password where the payload has none. */
  readonly bootstrap?: boolean;
}

/** A system of the configuration with what the rotation must know about it. */
export interface RotatableSystem {
  readonly system: System;
  /** Applies where the payload names no policy, and is the least that a payload may ask for. */
  readonly policy?: PasswordPolicyConfig;
  /** Policies that were in force before, the last one first. */
  readonly formerPolicies?: readonly PasswordPolicyConfig[];
  /** How failed logins are counted; what is absent is as in `limits`. */
  readonly failedLogins?: Partial<
    Pick<RotationLimits, "maxFailedLogins" | "failedLoginWindowMs" | "failedLoginSpacingMs">
  >;
  /** What the fields of its payloads are called. Default: `username` and `password`. */
  readonly fields?: FieldMap;
  /** Rotations that the system bears at once. Default 16. */
  readonly maxConcurrent?: number;
  /** Whether the old password is tried once after a change that ends it. Default: no. */
  readonly checksOld?: boolean;
}

export interface RotateRequest {
  /** The item's name from the verified token. */
  readonly item: string;
  /** The payload string as the gateway sent it. */
  readonly payload: string;
  readonly binding: ItemBinding;
  /** Deepest nesting of the payload. Default 16. */
  readonly maxDepth?: number;
  /** Bound to the correlation id of the request. */
  readonly log: Logger;
  /** Called after each step, for logs and metrics. Carries no secret. */
  readonly onStep?: (event: StepEvent) => void;
  /** Called with each secret value before it is used, for a redactor. */
  readonly onSecret?: (secret: string) => void;
  /**
   * How long the caller has been waiting already, in milliseconds: it is a part of the whole time.
   * Default 0.
   */
  readonly waitedMs?: number;
  /** Aborts at shutdown: a rotation that has not begun its change ends with `stopping`. */
  readonly signal?: AbortSignal;
}

/** What can be checked without contacting the system. */
export type CheckRequest = Pick<RotateRequest, "item" | "payload" | "binding" | "maxDepth">;

/**
 * How a rotation ended well. `rotated`: changed now. `replayed`: an earlier call had changed the
 * password and its answer was lost. `restored`: the system had gone back to the password before.
 * `reconciled`: set with the admin credential.
 */
export type Outcome = "rotated" | "replayed" | "restored" | "reconciled";

export interface RotationAnswer {
  /** The payload string to answer with. */
  readonly payload: string;
  readonly outcome: Outcome;
  readonly strategy: Strategy;
  /** Id of the key that the payload of the request was made under; absent for one made by hand. */
  readonly requestKey?: string;
  /** Generation of the payload in the answer. */
  readonly generation: number;
}

export interface Rotation {
  /**
   * Rotates the credential in the payload and returns the payload to store. Ends within
   * `limits.totalMs`, what the caller has waited included. @throws KitError with a code of `ROTATION_ERRORS`
   */
  rotate(request: RotateRequest): Promise<RotationAnswer>;
  /** Checks payload, binding and keys without contacting the system. @throws KitError */
  check(request: CheckRequest): void;
}
