import { createHash, randomBytes } from "node:crypto";

/** Where ids, keys and tokens come from. */
export interface Random {
  bytes(length: number): Buffer;
  /** From 0 up to, not including, 1. */
  number(): number;
  /** How much of a seed's numbers is used up; 0 without a seed. */
  readonly drawn: number;
}

/** The machine's randomness, or with a seed the same numbers every time, after `drawn` of them. */
export function createRandom(seed?: string | number, drawn = 0): Random {
  let counter = drawn;
  const bytes = (length: number): Buffer => {
    if (seed === undefined) return randomBytes(length);
    const blocks: Buffer[] = [];
    for (let have = 0; have < length; have += 32) {
      blocks.push(createHash("sha256").update(`${seed}\n${counter}`).digest());
      counter += 1;
    }
    return Buffer.concat(blocks).subarray(0, length);
  };
  return {
    bytes,
    number: () => bytes(6).readUIntBE(0, 6) / 2 ** 48,
    get drawn() {
      return counter;
    },
  };
}

/** An id in the form of a UUID, version 4. */
export function uuid(random: Random): string {
  const bytes = random.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}
