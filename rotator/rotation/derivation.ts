import { createHash, createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { type ByteStream, encodePassword } from "../password/generation.ts";
import type { PasswordPolicyConfig } from "../password/policy.ts";

/** Bytes taken from HKDF at a time; two carry a password of 32 characters. */
const BLOCK_BYTES = 64;

/** Keeps this use of the key apart from others; no label is the beginning of another one. */
const PASSWORD_LABEL = "akeyless-rotation-kit/v1/password";

/** What a candidate is a function of, beside the key and the policy. */
export interface DerivationInput {
  /** The item's name when the credential was first seen; a later rename does not change it. */
  readonly item: string;
  readonly system: string;
  readonly username: string;
  /** Generation that the candidate opens: one more than that of `current`. */
  readonly generation: number;
  /** 0, and one more after each rejection by the system's policy. */
  readonly attempt: number;
  /** The password in the payload; empty where the payload carries none. */
  readonly current: string;
}

/**
 * The password that follows `current`. The same input gives the same password on every replica at
 * any time, so that retries, duplicates and lost answers meet at one value.
 * docs/reference/derivation.md defines each byte; test-vectors.json holds examples.
 */
export function deriveCandidate(
  key: Uint8Array,
  input: DerivationInput,
  policy: PasswordPolicyConfig,
): string {
  const { item, system, username, generation, attempt, current } = input;
  const fields = [item, system, username, String(generation), String(attempt), current];
  return encodePassword(policy, derivedBytes(key, derivationInfo(PASSWORD_LABEL, hashOf(fields))));
}

/** What HKDF gets as `info`: the label, and what {@link hashOf} makes of the fields. */
export function derivationInfo(label: string, hash: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(label, "utf8"), hash]);
}

/**
 * The fields as 32 bytes, since other implementations of HKDF (OpenSSL's) take no more than 1,024
 * bytes of `info`, and a password or an item's name may be longer.
 */
export function hashOf(fields: readonly string[]): Buffer {
  return createHash("sha256").update(lengthPrefixed(fields)).digest();
}

/**
 * HKDF-SHA256 (RFC 5869) without salt, `length` bytes. Its first half depends on the key alone and is
 * kept as long as the key: so it takes a quarter to a half of what `hkdfSync` does.
 */
export function deriveKey(key: Uint8Array, info: Uint8Array, length: number): Buffer {
  const extracted = extractedOf(key);
  const blocks: Buffer[] = [];
  for (let number = 1; (number - 1) * HASH_BYTES < length; number += 1) {
    const mac = createHmac("sha256", extracted);
    const before = blocks.at(-1);
    if (before !== undefined) mac.update(before);
    blocks.push(mac.update(info).update(Uint8Array.of(number)).digest());
  }
  return Buffer.concat(blocks, length);
}

const HASH_BYTES = 32;
const extractedKeys = new WeakMap<Uint8Array, KeyObject>();

function extractedOf(key: Uint8Array): KeyObject {
  const known = extractedKeys.get(key);
  if (known !== undefined) return known;
  const extracted = createHmac("sha256", Buffer.alloc(HASH_BYTES)).update(key).digest();
  const made = createSecretKey(extracted);
  extractedKeys.set(key, made);
  return made;
}

/**
 * Joins texts so that no two lists give the same bytes: each as UTF-8 behind its length in bytes
 * (four bytes, big-endian).
 */
export function lengthPrefixed(fields: readonly string[]): Buffer {
  const total = fields.reduce((sum, field) => sum + 4 + Buffer.byteLength(field), 0);
  const bytes = Buffer.allocUnsafe(total);
  let at = 0;
  for (const field of fields) {
    const length = bytes.write(field, at + 4, "utf8");
    bytes.writeUInt32BE(length, at);
    at += 4 + length;
  }
  return bytes;
}

/** Blocks of HKDF output, one after the other: `info` is followed by the block's number. */
function derivedBytes(key: Uint8Array, info: Buffer): ByteStream {
  let block: Buffer = Buffer.alloc(0);
  let position = 0;
  let number = 0;
  return () => {
    if (position === block.length) {
      block = deriveKey(key, Buffer.concat([info, uint32(number)]), BLOCK_BYTES);
      number += 1;
      position = 0;
    }
    const byte = block.readUInt8(position);
    position += 1;
    return byte;
  };
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
