import type { VirtualClock } from "../virtual-clock.ts";

/** How often a running clock moves, in milliseconds. */
const TICK = 50;

/** Lets a clock run that otherwise only moves when it is told to. */
export class ClockMotor {
  readonly #clock: VirtualClock;
  readonly #monotonic: () => number;
  #timer: NodeJS.Timeout | undefined;
  #speed = 0;

  /** `monotonic`: milliseconds of real time. */
  constructor(clock: VirtualClock, monotonic: () => number) {
    this.#clock = clock;
    this.#monotonic = monotonic;
  }

  /** How much faster than real time it runs; 0 while it stands still. */
  get speed(): number {
    return this.#speed;
  }

  /** Runs the clock from now on. */
  run(speed = 1): void {
    if (!(speed > 0 && Number.isFinite(speed)))
      throw new RangeError(`clock: speed ${speed} is not a number above 0`);
    this.stop();
    this.#speed = speed;
    let last = this.#monotonic();
    let moving = false;
    this.#timer = setInterval(() => {
      // Rotations that are due run inside of the move, and the time they take counts too.
      if (moving) return;
      moving = true;
      const now = this.#monotonic();
      const passed = (now - last) * speed;
      last = now;
      void this.#clock.advance(passed).finally(() => {
        moving = false;
      });
    }, TICK).unref();
  }

  /** Lets it stand still. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#speed = 0;
  }
}
