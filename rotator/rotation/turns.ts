import type { Clock } from "../../common/clock.ts";
import { KitError } from "../../common/errors/kit-error.ts";

interface Waiting {
  readonly start: () => void;
  readonly refuse: (error: KitError) => void;
}

/** How one waits for a turn. */
export interface Wait {
  /** Longest wait, in milliseconds; 0 or less: none. */
  readonly longestMs: number;
  /** What a wait that was too long is refused as. */
  readonly tooLong: "system_busy" | "overloaded";
  /** Ends the wait when it aborts: the process stops. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A bounded number of turns at once, handed on in the order of asking. p-limit has no way to leave
 * its queue, which a wait that ends needs.
 */
export class Turns {
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiting>();
  readonly #onIdle = new Set<() => void>();
  #taken = 0;

  constructor(limit: number, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Whether there is a turn for anyone who asks now. */
  get isFree(): boolean {
    return this.#taken < this.#limit;
  }

  /** Turns that are taken now. */
  get taken(): number {
    return this.#taken;
  }

  /** Who waits now. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Waits for a turn.
   *
   * @returns ends the turn
   * @throws KitError `tooLong` after the longest wait, `stopping` where the signal aborts before
   */
  async take(wait: Wait): Promise<() => void> {
    if (wait.signal?.aborted) throw new KitError("stopping");
    if (this.isFree) this.#taken += 1;
    else await this.#wait(wait);
    return () => this.#handOn();
  }

  /** Refuses all that wait because the process stops. */
  refuseWaiting(): void {
    for (const waiting of [...this.#waiting]) waiting.refuse(new KitError("stopping"));
  }

  /** Resolves as soon as no turn is taken. */
  async idle(): Promise<void> {
    if (this.#taken > 0) await new Promise<void>((resolve) => this.#onIdle.add(resolve));
  }

  /** An ended turn goes to the first that waits, so that nobody can slip in between. */
  #handOn(): void {
    const next = this.#waiting.values().next().value;
    if (next === undefined) this.#release();
    else next.start();
  }

  #release(): void {
    this.#taken -= 1;
    if (this.#taken > 0) return;
    for (const resolve of this.#onIdle) resolve();
    this.#onIdle.clear();
  }

  #wait({ longestMs, tooLong, signal }: Wait): Promise<void> {
    if (longestMs <= 0) return Promise.reject(new KitError(tooLong));
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
      const cancel = this.#clock.after(longestMs, () => waiting.refuse(new KitError(tooLong)));
      signal?.addEventListener("abort", stop, { once: true });
      this.#waiting.add(waiting);
    });
  }
}
