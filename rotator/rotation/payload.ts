import * as z from "zod";
import { passwordPolicySchema } from "../password/policy.ts";

/** Largest payload that is read or written, in bytes of UTF-8. */
export const MAX_PAYLOAD_BYTES = 32_768;

/** Most of it that may be used by others, so that the rotator's answer can always be read again. */
export const MAX_FOREIGN_BYTES = MAX_PAYLOAD_BYTES / 2;

/** Tokens can be long, and the one before has to fit into `prev` too. */
export const passwordSchema = z.string().min(1).max(4_096);
export const usernameSchema = z.string().min(1).max(256);

/** Shortest and longest interval between two rotations, in seconds. */
const INTERVAL_S = { min: 60, max: 366 * 86_400 };

/** What the rotator itself remembers inside the payload; nobody else writes it. */
export const rotationStateSchema = z.strictObject({
  /** Version of this object. */
  v: z.literal(1),
  /** How many rotations were answered since the payload was written by hand. */
  gen: z.int().min(0),
  /** Id of the key that derived the current password and sealed `prev`. */
  kid: z.string().min(1).max(64),
  /** The policy that the current password was encoded under, in the short form of `policyId`. */
  policyId: z.string().min(1).max(64),
  /** When the answer was made, RFC 3339: says how many generations an old payload may be behind. */
  at: z.iso.datetime(),
  /** The passwords before this one by user name, sealed together with the fields of this object. */
  prev: z.string().max(12_288),
  /** User names that it belongs to, sorted; absent in payloads of versions before this one. */
  users: z.array(usernameSchema).min(1).max(2).optional(),
  /** The item's name at the first rotation; absent: the name in the request. */
  item: z.string().min(1).max(1024).optional(),
  /** Alternating: how often each of the two users was changed. */
  gens: z.tuple([z.int().min(0), z.int().min(0)]).optional(),
  /** Key-pair: name of the key that is served. */
  key: z.string().min(1).max(256).optional(),
  /** Key-pair: names of keys to revoke once this payload comes back. */
  retire: z.array(z.string().min(1).max(256)).max(16).optional(),
});

export type RotationState = z.output<typeof rotationStateSchema>;

/** One of the two users of the alternating strategy. */
const userSchema = z.looseObject({
  username: usernameSchema,
  /** May be missing where the rotator holds an admin credential for the system. */
  password: passwordSchema.optional(),
});

/**
 * The payload that a custom rotated secret stores and the gateway sends. Unknown fields are kept
 * as they are (contract: design "the rotation request").
 */
export const payloadSchema = z.looseObject({
  system: z.string().min(1).max(128),
  /** The user that is served now. */
  username: usernameSchema,
  current_password: passwordSchema.optional(),
  password: passwordSchema.optional(),
  policy: passwordPolicySchema.optional(),
  /** Policies that were declared before, the last one first: a lost answer may be from their time. */
  former_policies: z.array(passwordPolicySchema).max(4).optional(),
  /** How often the item rotates, in seconds: says where to look for an account that moved on. */
  rotation_interval_s: z.int().min(INTERVAL_S.min).max(INTERVAL_S.max).optional(),
  /** Alternating: both users, and which of them is served. */
  users: z.tuple([userSchema, userSchema]).optional(),
  active: z.union([z.literal(0), z.literal(1)]).optional(),
  /** Key-pair: id of the key that is served, where logging in needs one. */
  key_id: z.string().min(1).max(256).optional(),
  /** Key-pair: name of a key that was made by hand, so that it can be revoked. */
  key_name: z.string().min(1).max(256).optional(),
  _rotation: rotationStateSchema.optional(),
});

export type Payload = z.output<typeof payloadSchema>;
