import type { Clock } from "./clock.ts";

interface Entry<V> {
  readonly value: V;
  /** In monotonic time: a machine's clock that is set back must not keep a value alive. */
  readonly until: number;
  /** A date: milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** Keeps values for a while, and never more than `capacity` of them. */
export class ExpiringCache<V> {
  readonly #entries = new Map<string, Entry<V>>();
  readonly #clock: Clock;
  readonly #capacity: number;

  constructor(clock: Clock, capacity: number) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const { until, expiresAt } = entry;
    if (until > this.#clock.monotonic() && expiresAt > this.#clock.now()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  /**
   * @param ms how long the value is kept at most
   * @param expiresAt the date at which it ends in any case, milliseconds since the Unix epoch
   */
  set(key: string, value: V, ms: number, expiresAt = Number.POSITIVE_INFINITY): void {
    this.#entries.delete(key);
    if (expiresAt <= this.#clock.now()) return;
    // A Map keeps the order of insertion, so the first key is the oldest.
    const oldest = this.#entries.size >= this.#capacity ? this.#entries.keys().next() : undefined;
    if (oldest?.value !== undefined) this.#entries.delete(oldest.value);
    this.#entries.set(key, { value, until: this.#clock.monotonic() + ms, expiresAt });
  }
}
