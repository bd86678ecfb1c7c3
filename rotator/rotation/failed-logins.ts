import { putBounded } from "../../common/bounded-map.ts";
import type { Clock } from "../../common/clock.ts";

interface Row {
  readonly failures: number;
  /** Monotonic time of the last one. */
  readonly last: number;
  /** Whether the system has refused a password; otherwise it only never said anything. */
  readonly refused: boolean;
}

/**
 * Failed logins in a row, by account. Products count them too, and lock the account at some number;
 * they count anew after a login that works, or some time after the last failure. Every login without
 * success counts, also one that ended without a word, since the product may have counted it.
 *
 * Held in memory, by each process for itself: no rotation depends on it.
 */
export class FailedLogins {
  readonly #clock: Clock;
  readonly #rows = new Map<string, Row>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Those that still count where the system forgets them `windowMs` after the last one. */
  count(account: string, windowMs: number): number {
    return this.#rows.size === 0 ? 0 : (this.#current(account, windowMs)?.failures ?? 0);
  }

  /** Whether any of those that still count was a refusal. */
  refused(account: string, windowMs: number): boolean {
    return this.#current(account, windowMs)?.refused ?? false;
  }

  /** Milliseconds since the last one; `Infinity` where there was none. */
  sinceLast(account: string): number {
    const row = this.#rows.get(account);
    return row ? this.#clock.monotonic() - row.last : Number.POSITIVE_INFINITY;
  }

  /** Notes a login without success. */
  add(account: string, refused: boolean, windowMs: number): void {
    const before = this.#current(account, windowMs);
    putBounded(this.#rows, account, {
      failures: (before?.failures ?? 0) + 1,
      last: this.#clock.monotonic(),
      refused: refused || (before?.refused ?? false),
    });
  }

  /** Notes a login that worked: the row ends. */
  clear(account: string): void {
    if (this.#rows.size > 0) this.#rows.delete(account);
  }

  #current(account: string, windowMs: number): Row | undefined {
    const row = this.#rows.get(account);
    return row && this.sinceLast(account) < windowMs ? row : undefined;
  }
}
