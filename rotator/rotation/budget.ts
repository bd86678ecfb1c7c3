import type { Clock } from "../clock.ts";

/** How a piece of work ended: in time, by an error, or not within its share. */
export type Ended<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "failed"; readonly cause: unknown }
  | { readonly kind: "timeout" };

/** Made once: without a reason, each abort makes an exception with a stack. */
const DONE = new Error("done in time");

/** The time that a rotation may take, and how it is handed out to its steps. */
export class Budget {
  readonly #clock: Clock;
  #deadline: number;
  #seen: number;

  constructor(clock: Clock, totalMs: number) {
    this.#clock = clock;
    this.#seen = clock.now();
    this.#deadline = this.#seen + totalMs;
  }

  /** Milliseconds left, never negative. */
  get remaining(): number {
    const now = this.#clock.now();
    // A clock that is set back must not make the rotation, and with it the account's lock, last on.
    if (now < this.#seen) this.#deadline -= this.#seen - now;
    this.#seen = now;
    return Math.max(0, this.#deadline - now);
  }

  /**
   * Runs one step within its share or what is left, whichever is less. Work that outlives its
   * share is told so by the signal and is abandoned: its late result has no effect here.
   */
  async run<T>(shareMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<Ended<T>> {
    const share = Math.min(shareMs, this.remaining);
    const step = new AbortController();
    const timer = new AbortController();
    const ended = work(step.signal).then(
      (value): Ended<T> => ({ kind: "done", value }),
      (cause: unknown): Ended<T> => ({ kind: "failed", cause }),
    );
    const timeout = this.#clock.sleep(share, timer.signal).then(
      (): Ended<T> => ({ kind: "timeout" }),
      (cause: unknown): Ended<T> => ({ kind: "failed", cause }),
    );
    const first = await Promise.race([ended, timeout]);
    timer.abort(DONE);
    if (first.kind === "timeout") step.abort(new Error("the step's share of time is used up"));
    return first;
  }

  /** Waits, but never beyond the deadline. */
  async pause(ms: number): Promise<void> {
    await this.#clock.sleep(Math.min(ms, this.remaining));
  }
}
