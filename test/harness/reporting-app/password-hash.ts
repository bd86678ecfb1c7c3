import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";

const KEY_BYTES = 32;

/** A salted scrypt hash. */
export interface PasswordHash {
  readonly salt: Buffer;
  readonly key: Buffer;
  /** scrypt's N, a power of two. */
  readonly cost: number;
}

/** Hashes a password under a fresh salt. */
export async function hashPassword(password: string, cost: number): Promise<PasswordHash> {
  const salt = randomBytes(16);
  return { salt, key: await derive(password, salt, cost), cost };
}

/** Whether `password` is the one that was hashed. */
export async function matchesHash(password: string, hash: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(password, hash.salt, hash.cost), hash.key);
}

function derive(password: string, salt: Buffer, cost: number): Promise<Buffer> {
  const options: ScryptOptions = { N: cost, r: 8, p: 1, maxmem: 256 * cost * 8 };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, KEY_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
