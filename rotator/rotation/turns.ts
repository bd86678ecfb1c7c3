import type { Clock } from "../../common/clock.ts";
import { KitError } from "../../common/errors/kit-error.ts";

interface Waiting {
  readonly start: () => void;
  readonly refuse: (error: unknown) => void;
}

/**
 * A bounded number of turns at once, handed on in the order of asking. A product that serialises its
 * changes takes longer the more come at once, until they outlive their time limits, and then nobody
 * knows which of them happened.
 */
export class Turns {
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiting>();
  #taken = 0;

  constructor(limit: number, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Whether there is a turn for anyone who asks now. */
  get isFree(): boolean {
    return this.#taken < this.#limit;
  }

  /**
   * Waits for a turn.
   *
   * @param longestMs longest wait, in milliseconds
   * @returns ends the turn
   * @throws KitError `system_busy` after the longest wait, `stopping` where the signal aborts before
   */
  async take(longestMs: number, signal?: AbortSignal): Promise<() => void> {
    if (signal?.aborted) throw new KitError("stopping");
    if (this.isFree) this.#taken += 1;
    else await this.#wait(longestMs, signal);
    return () => this.#handOn();
  }

  /** An ended turn goes to the first that waits, so that nobody can slip in between. */
  #handOn(): void {
    const next = this.#waiting.values().next().value;
    if (next === undefined) this.#taken -= 1;
    else next.start();
  }

  #wait(longestMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (longestMs <= 0) return Promise.reject(new KitError("system_busy"));
    return new Promise((resolve, reject) => {
      const leave = () => {
        cancel();
        signal?.removeEventListener("abort", stop);
        this.#waiting.delete(waiting);
      };
      const waiting: Waiting = {
        start: () => {
          leave();
          resolve();
        },
        refuse: (error) => {
          leave();
          reject(error);
        },
      };
      const stop = () => waiting.refuse(new KitError("stopping"));
      const cancel = this.#clock.after(longestMs, () =>
        waiting.refuse(new KitError("system_busy")),
      );
      signal?.addEventListener("abort", stop, { once: true });
      this.#waiting.add(waiting);
    });
  }
}
