import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../../common/clock.ts";

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly run: () => void | Promise<void>;
}

/**
 * A clock that does not move until a test moves it: ninety days of rotations in milliseconds.
 *
 * Timers run in the order in which they are due, each at exactly its own time, and a timer that is
 * set while the clock moves runs too when it is due before the end.
 */
export class VirtualClock implements Clock {
  #now: number;
  /** What the wall clock shows beyond the time that has passed. */
  #ahead = 0;
  #order = 0;
  #timers = new Set<Timer>();
  #moving: Promise<void> = Promise.resolve();
  readonly #onMove = new Set<() => void>();

  /** `start`: milliseconds since the Unix epoch; default: the machine's time. */
  constructor(start: number = Date.now()) {
    this.#now = start;
  }

  now(): number {
    return this.#now + this.#ahead;
  }

  monotonic(): number {
    return this.#now;
  }

  /**
   * Sets the wall clock forward, or back with a number below zero, as a machine's is set. No time
   * passes: what is due in a minute is still due in a minute.
   */
  set(by: number): void {
    this.#ahead += by;
  }

  /**
   * Runs `task` when the clock reaches `at` (milliseconds since the epoch; the past means: at the
   * next move). `advance` waits until the task has ended. Returns a function that cancels it.
   */
  schedule(at: number, task: () => void | Promise<void>): () => void {
    const due = Math.max(at - this.#ahead, this.#now);
    const timer: Timer = { due, order: this.#order++, run: task };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /**
   * Resolves when the clock has moved by `ms`; rejects with the signal's reason when it aborts
   * first. `advance` lets the sleeper run up to its next turn of the event loop, no further: use
   * `schedule` for work that has to be over when `advance` returns.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const stop = () => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = this.after(ms, () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      });
      signal?.addEventListener("abort", stop, { once: true });
    });
  }

  /** Runs `task` when the clock has moved by `ms`, and what follows from it up to its next turn. */
  after(ms: number, task: () => void): () => void {
    return this.schedule(this.now() + ms, async () => {
      task();
      await nextTurn();
    });
  }

  /**
   * Moves the clock by `ms` milliseconds and resolves when every timer that was due has ended.
   * Calls that overlap run one after the other. Rejects with a timer's error, after which the
   * clock is at that timer's time. Never call it from a timer's task, and let no task wait for
   * a sleeper of the same clock: both would wait for each other (give a rotator that the gateway
   * calls from its schedule a clock of its own).
   */
  advance(ms: number): Promise<void> {
    if (!(ms >= 0 && Number.isFinite(ms)))
      throw new RangeError(`advance: ${ms} is not a number of milliseconds >= 0`);
    const move = this.#moving.then(() => this.#moveTo(this.#now + ms));
    this.#moving = move.catch(() => undefined);
    return move;
  }

  /** From now on `listener` is told after each move. Returns a function that ends it. */
  onMove(listener: () => void): () => void {
    this.#onMove.add(listener);
    return () => this.#onMove.delete(listener);
  }

  /** Moves the clock to `at` (milliseconds since the epoch); a time in the past leaves it. */
  advanceTo(at: number): Promise<void> {
    return this.advance(Math.max(0, at - this.now()));
  }

  async #moveTo(end: number): Promise<void> {
    for (let timer = this.#next(end); timer; timer = this.#next(end)) {
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, timer.due);
      await timer.run();
    }
    this.#now = Math.max(this.#now, end);
    for (const listener of this.#onMove) listener();
  }

  #next(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.due > end) continue;
      if (!next || timer.due < next.due || (timer.due === next.due && timer.order < next.order))
        next = timer;
    }
    return next;
  }
}
