import { DeclarationError, isUnknown, shown } from "./errors.ts";

const MINUTES_PER_HOUR = 60;
const MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR;

/** A length of time whose unit cannot be mistaken. Whole minutes, more than none. */
export class Duration {
  readonly #minutes: number;

  private constructor(minutes: number) {
    this.#minutes = minutes;
  }

  /** This many whole minutes, at least 1. */
  static minutes(amount: number): Duration {
    return Duration.#of(amount, "minutes", 1);
  }

  /** This many whole hours, at least 1. */
  static hours(amount: number): Duration {
    return Duration.#of(amount, "hours", MINUTES_PER_HOUR);
  }

  /** This many whole days of 24 hours, at least 1. */
  static days(amount: number): Duration {
    return Duration.#of(amount, "days", MINUTES_PER_DAY);
  }

  static #of(amount: number, unit: string, minutes: number): Duration {
    if (isUnknown(amount)) {
      throw new DeclarationError(
        "invalid_declaration",
        `a duration of ${unit} is given as a reference, which only Terraform knows: give a number`,
      );
    }
    if (!Number.isInteger(amount) || amount < 1 || !Number.isSafeInteger(amount * minutes)) {
      throw new DeclarationError(
        "invalid_declaration",
        `a duration of ${shown(amount)} ${unit} is not possible: give a whole number of at least 1`,
      );
    }
    return new Duration(amount * minutes);
  }

  toMinutes(): number {
    return this.#minutes;
  }

  /** Days, with a fraction where the duration is no whole number of days. */
  toDays(): number {
    return this.#minutes / MINUTES_PER_DAY;
  }

  /** For people: the largest unit that divides it, `30 days`. */
  toString(): string {
    const [amount, unit] =
      this.#minutes % MINUTES_PER_DAY === 0
        ? [this.#minutes / MINUTES_PER_DAY, "day"]
        : this.#minutes % MINUTES_PER_HOUR === 0
          ? [this.#minutes / MINUTES_PER_HOUR, "hour"]
          : [this.#minutes, "minute"];
    return `${amount} ${unit}${amount === 1 ? "" : "s"}`;
  }
}
