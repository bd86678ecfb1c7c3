import { type Clock, systemClock } from "../../common/clock.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import { Turns } from "../rotation/turns.ts";

/** Bounds of a {@link Gate}. */
export interface GateOptions {
  /** Tasks that run at once. */
  readonly concurrency: number;
  /** Tasks that wait for their turn at once; more are refused. */
  readonly queue: number;
  /** Longest wait for a turn, in milliseconds. */
  readonly waitMs: number;
  /** Measures the wait. Default: the machine's clock. */
  readonly clock?: Clock;
}

/** Lets a bounded number of tasks run, a bounded number wait, and refuses the rest. */
export class Gate {
  readonly #queue: number;
  readonly #waitMs: number;
  readonly #turns: Turns;

  constructor({ concurrency, queue, waitMs, clock = systemClock }: GateOptions) {
    this.#queue = queue;
    this.#waitMs = waitMs;
    this.#turns = new Turns(concurrency, clock);
  }

  /** Tasks that run now. */
  get running(): number {
    return this.#turns.taken;
  }

  /** Tasks that wait now. */
  get waiting(): number {
    return this.#turns.waiting;
  }

  /** @throws KitError `overloaded` when there is no turn to be had in time */
  async run<T>(task: () => Promise<T>): Promise<T> {
    const isFull = !this.#turns.isFree && this.waiting >= this.#queue;
    if (isFull) throw new KitError("overloaded");
    const end = await this.#turns.take({ longestMs: this.#waitMs, tooLong: "overloaded" });
    try {
      return await task();
    } finally {
      end();
    }
  }

  /** Resolves as soon as nothing runs. */
  idle(): Promise<void> {
    return this.#turns.idle();
  }

  /** Refuses everything that waits because the process stops. */
  refuseWaiting(): void {
    this.#turns.refuseWaiting();
  }
}
