import { createHash } from "node:crypto";
import type { Clock } from "../../common/clock.ts";

/** Most requests that are remembered; the oldest are forgotten first. */
const MAX_REMEMBERED = 10_000;

/**
 * The requests for which nothing was found a short while ago. Searching for them again at once
 * would only bring the account closer to its lock-out, which may be in use under a password that
 * somebody set by hand. Courtesy only: held in memory, and no rotation depends on it.
 */
export class VainSearches {
  readonly #clock: Clock;
  readonly #restMs: number;
  /** When, in monotonic time, each request may be searched for again, by its hash: a request holds a password. */
  readonly #until = new Map<string, number>();

  constructor(clock: Clock, restMs: number) {
    this.#clock = clock;
    this.#restMs = restMs;
  }

  /** Whether the last search for this request is too recent for another one. */
  rests(request: string): boolean {
    if (this.#until.size === 0) return false;
    return (this.#until.get(hash(request)) ?? 0) > this.#clock.monotonic();
  }

  /** Notes that a search has found nothing. */
  note(request: string): void {
    const [oldest] = this.#until.keys();
    if (oldest !== undefined && this.#until.size >= MAX_REMEMBERED) this.#until.delete(oldest);
    this.#until.set(hash(request), this.#clock.monotonic() + this.#restMs);
  }

  /** Forgets the request, once something has opened the account. */
  forget(request: string): void {
    if (this.#until.size > 0) this.#until.delete(hash(request));
  }
}

function hash(request: string): string {
  return createHash("sha256").update(request).digest("base64");
}
