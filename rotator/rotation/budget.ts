import type { Clock } from "../../common/clock.ts";

/** How a piece of work ended: in time, by an error, or not within its share. */
export type Ended<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "failed"; readonly cause: unknown }
  | { readonly kind: "timeout" };

/** The time that a rotation may take, and how it is handed out to its steps. */
export class Budget {
  readonly #clock: Clock;
  /**
   * Tells a step that it is abandoned. The steps of one rotation follow each other and share it,
   * because making one for each step costs more than the rest of this class.
   */
  #step = new AbortController();
  readonly #deadline: number;

  constructor(clock: Clock, totalMs: number) {
    this.#clock = clock;
    this.#deadline = clock.monotonic() + totalMs;
  }

  /** Milliseconds left, never negative. */
  get remaining(): number {
    return Math.max(0, this.#deadline - this.#clock.monotonic());
  }

  /**
   * Runs one step within its share or what is left, whichever is less. Work that outlives its
   * share is told so by the signal and is abandoned: its late result has no effect here.
   */
  run<T>(shareMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<Ended<T>> {
    const share = Math.min(shareMs, this.remaining);
    const step = this.#step;
    return new Promise((resolve) => {
      const end = (ended: Ended<T>) => {
        cancel();
        resolve(ended);
      };
      const cancel = this.#clock.after(share, () => {
        this.renewSignal();
        resolve({ kind: "timeout" });
        step.abort(new Error("the step's share of time is used up"));
      });
      work(step.signal).then(
        (value) => end({ kind: "done", value }),
        (cause: unknown) => end({ kind: "failed", cause }),
      );
    });
  }

  /**
   * Gives the steps that follow a signal of their own. What the steps before have made may listen to
   * the old one as long as it lives.
   */
  renewSignal(): void {
    this.#step = new AbortController();
  }

  /** Waits, but never beyond the deadline. */
  async pause(ms: number): Promise<void> {
    await this.#clock.sleep(Math.min(ms, this.remaining));
  }
}
