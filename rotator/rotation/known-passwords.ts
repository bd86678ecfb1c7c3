import { createHmac, randomBytes } from "node:crypto";
import { putBounded } from "../../common/bounded-map.ts";

/**
 * What this process knows to open an account, since it has seen it or has had it set: hashes under a
 * key of the process's own, never a password. Held in memory, by each process for itself: no rotation
 * depends on it.
 */
export class KnownPasswords {
  readonly #key = randomBytes(32);
  readonly #accounts = new Map<string, readonly string[]>();

  /** Whether anything is known of the account. */
  hasAny(account: string): boolean {
    return this.#accounts.has(account);
  }

  /** Whether this password was the last one that opened the account, or was set since. */
  has(account: string, password: string): boolean {
    return this.#accounts.get(account)?.includes(this.#hash(password)) ?? false;
  }

  /** Notes a password that has just opened the account. */
  opened(account: string, password: string): void {
    putBounded(this.#accounts, account, [this.#hash(password)]);
  }

  /** Notes a password that was set, or may have been: the one before may open the account still. */
  set(account: string, password: string): void {
    const before = this.#accounts.get(account) ?? [];
    putBounded(this.#accounts, account, [this.#hash(password), ...before.slice(0, 1)]);
  }

  /** Notes that the system has refused a password. */
  refused(account: string, password: string): void {
    const known = this.#accounts.get(account);
    if (known === undefined) return;
    const refused = this.#hash(password);
    const left = known.filter((hash) => hash !== refused);
    if (left.length > 0) this.#accounts.set(account, left);
    else this.#accounts.delete(account);
  }

  #hash(password: string): string {
    return createHmac("sha256", this.#key).update(password).digest("base64");
  }
}
