import { z } from "zod";
import { passwordPolicySchema } from "../password/policy.ts";

/** Largest payload that is read or written, in bytes of UTF-8. */
export const MAX_PAYLOAD_BYTES = 32_768;

/** What the rotator itself remembers inside the payload; nobody else writes it. */
export const rotationStateSchema = z.strictObject({
  /** Version of this object. */
  v: z.literal(1),
  /** How many rotations were answered since the payload was written by hand. */
  gen: z.int().min(0),
  /** Id of the key that derived the current password. */
  kid: z.string().min(1).max(64),
  /** Fingerprint of the policy that the current password was encoded under. */
  policyId: z.string().min(1).max(64),
  /** When the answer was made, RFC 3339. */
  at: z.iso.datetime(),
  /** The password before this one, sealed so that only rotators can read it. */
  prev: z.string().max(2048).optional(),
});

export type RotationState = z.output<typeof rotationStateSchema>;

/**
 * The payload that a custom rotated secret stores and the gateway sends. Unknown fields are kept
 * as they are (contract: design "the rotation request").
 */
export const payloadSchema = z.looseObject({
  system: z.string().min(1).max(128),
  username: z.string().min(1).max(256),
  current_password: z.string().min(1).max(1024).optional(),
  password: z.string().min(1).max(1024).optional(),
  policy: passwordPolicySchema.optional(),
  _rotation: rotationStateSchema.optional(),
});

export type Payload = z.output<typeof payloadSchema>;
