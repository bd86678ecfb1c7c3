import { KitError } from "../../common/errors/kit-error.ts";

/** Bounds of a {@link Gate}. */
export interface GateOptions {
  /** Tasks that run at once. */
  readonly concurrency: number;
  /** Tasks that wait for their turn at once; more are refused. */
  readonly queue: number;
  /** Longest wait for a turn, in milliseconds. */
  readonly waitMs: number;
}

interface Waiting {
  readonly start: () => void;
  readonly refuse: (error: KitError) => void;
}

/** Lets a bounded number of tasks run, a bounded number wait, and refuses the rest. */
export class Gate {
  readonly #options: GateOptions;
  readonly #waiting = new Set<Waiting>();
  readonly #onIdle = new Set<() => void>();
  #running = 0;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Tasks that run now. */
  get running(): number {
    return this.#running;
  }

  /** Tasks that wait now. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** @throws KitError `overloaded` when there is no turn to be had in time */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running < this.#options.concurrency) this.#running += 1;
    else await this.#turn();
    try {
      return await task();
    } finally {
      // A finished task hands its turn on, so that nobody can slip in between.
      const next = this.#waiting.values().next().value;
      if (next === undefined) this.#leave();
      else next.start();
    }
  }

  /** Resolves as soon as nothing runs. */
  async idle(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => this.#onIdle.add(resolve));
  }

  #leave(): void {
    this.#running -= 1;
    if (this.#running > 0) return;
    for (const resolve of this.#onIdle) resolve();
    this.#onIdle.clear();
  }

  /** Refuses everything that waits because the process stops. */
  refuseWaiting(): void {
    for (const waiting of [...this.#waiting]) waiting.refuse(new KitError("stopping"));
  }

  #turn(): Promise<void> {
    if (this.#waiting.size >= this.#options.queue) return Promise.reject(overloaded());
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
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
      const timer = setTimeout(() => waiting.refuse(overloaded()), this.#options.waitMs);
      this.#waiting.add(waiting);
    });
  }
}

function overloaded(): KitError {
  return new KitError("overloaded");
}
