import type { Duration } from "./duration.ts";
import { refuseReferences } from "./errors.ts";
import { textOf } from "./expressions.ts";

/**
 * Whether the password rotates when a session of Secure Remote Access ends.
 *
 * @example RotateAfterDisconnect.after(Duration.minutes(10))
 */
export class RotateAfterDisconnect {
  readonly #value: string;

  private constructor(value: string) {
    this.#value = value;
  }

  /**
   * The wire's spelling: "false", "true" or a number of minutes.
   * @internal
   */
  get value(): string {
    return this.#value;
  }

  /** The password stays until the next scheduled rotation. */
  static off(): RotateAfterDisconnect {
    return new RotateAfterDisconnect("false");
  }

  /** The password rotates when the session ends. */
  static immediately(): RotateAfterDisconnect {
    return new RotateAfterDisconnect("true");
  }

  /** The password rotates this long after the end of the session. */
  static after(delay: Duration): RotateAfterDisconnect {
    refuseReferences({ delay });
    return new RotateAfterDisconnect(textOf(delay.toMinutes()));
  }
}
