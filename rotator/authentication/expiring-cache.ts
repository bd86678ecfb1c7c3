import type { Clock } from "../clock.ts";

/** Keeps values until a moment, and never more than `capacity` of them. */
export class ExpiringCache<V> {
  readonly #entries = new Map<string, { readonly value: V; readonly until: number }>();
  readonly #clock: Clock;
  readonly #capacity: number;

  constructor(clock: Clock, capacity: number) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.until > this.#clock.now()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  /** @param until milliseconds since the Unix epoch */
  set(key: string, value: V, until: number): void {
    this.#entries.delete(key);
    if (until <= this.#clock.now()) return;
    // A Map keeps the order of insertion, so the first key is the oldest.
    const oldest = this.#entries.size >= this.#capacity ? this.#entries.keys().next() : undefined;
    if (oldest?.value !== undefined) this.#entries.delete(oldest.value);
    this.#entries.set(key, { value, until });
  }
}
