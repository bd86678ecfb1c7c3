import { KitError } from "../../common/errors/kit-error.ts";

/** What a key may be called. */
const KEY_ID = /^[\w.-]{1,64}$/;

/** Shortest key in bytes. */
export const MIN_KEY_BYTES = 32;

/** One key of the rotators. All replicas hold the same. */
export interface RotatorKey {
  /** Recorded in payloads (`kid`). */
  readonly id: string;
  /** At least 32 bytes from a cryptographic random source. */
  readonly material: Uint8Array;
}

/**
 * The rotators' keys. The first derives new passwords; all are accepted, so that a payload made
 * under an older key still rotates. Remove a key when no payload names its id any more.
 */
export class Keyring {
  readonly #keys: ReadonlyMap<string, RotatorKey>;
  readonly first: RotatorKey;

  /** @throws KitError `keyring_invalid` when empty, when an id repeats, or when a key is short. */
  constructor(keys: readonly RotatorKey[]) {
    const [first] = keys;
    if (!first)
      throw new KitError("keyring_invalid", {
        problem: "The keyring is empty: name at least one key.",
      });
    for (const { id, material } of keys) {
      if (!KEY_ID.test(id))
        throw new KitError("keyring_invalid", {
          problem: `Key id "${id}" is not allowed: 1 to 64 letters, digits, "_", "-" or ".".`,
        });
      if (material.length < MIN_KEY_BYTES)
        throw new KitError("keyring_invalid", {
          problem: `Key "${id}" has ${material.length} bytes: at least ${MIN_KEY_BYTES} random bytes are needed.`,
        });
    }
    this.#keys = new Map(keys.map((key) => [key.id, key]));
    if (this.#keys.size !== keys.length)
      throw new KitError("keyring_invalid", {
        problem: "Two keys have the same id: each needs its own.",
      });
    this.first = first;
  }

  /** All keys, the first one first. */
  get all(): readonly RotatorKey[] {
    return [...this.#keys.values()];
  }

  /** The key called `id`. @throws KitError `unknown_key` */
  require(id: string): RotatorKey {
    const key = this.#keys.get(id);
    if (key) return key;
    // The id came from outside: what no key can be called is not repeated.
    throw KEY_ID.test(id)
      ? new KitError("unknown_key.named", { key: id })
      : new KitError("unknown_key");
  }
}
