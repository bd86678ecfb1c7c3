import { Op, Token } from "cdktf";
import { DeclarationError, isUnknown, shownValue } from "./errors.ts";

const MINUTES_PER = { minutes: 1, hours: 60, days: 24 * 60 } as const;

type Unit = keyof typeof MINUTES_PER;

/**
 * A length of time whose unit cannot be mistaken. Whole minutes, more than none; the number may be
 * a reference, which only Terraform knows.
 *
 * @example Duration.days(30)
 */
export class Duration {
  readonly #amount: number;
  readonly #unit: Unit;

  private constructor(amount: number, unit: Unit) {
    if (!isUnknown(amount) && !(Number.isInteger(amount) && amount >= 1)) {
      throw impossible(amount, unit);
    }
    if (!isUnknown(amount) && !Number.isSafeInteger(amount * MINUTES_PER[unit])) {
      throw impossible(amount, unit);
    }
    this.#amount = amount;
    this.#unit = unit;
  }

  /** This many whole minutes, at least 1. */
  static minutes(amount: number): Duration {
    return new Duration(amount, "minutes");
  }

  /** This many whole hours, at least 1. */
  static hours(amount: number): Duration {
    return new Duration(amount, "hours");
  }

  /** This many whole days of 24 hours, at least 1. */
  static days(amount: number): Duration {
    return new Duration(amount, "days");
  }

  /** Minutes; a reference where the duration is one. */
  toMinutes(): number {
    const factor = MINUTES_PER[this.#unit];
    if (factor === 1) return this.#amount;
    return isUnknown(this.#amount)
      ? Token.asNumber(Op.mul(this.#amount, factor))
      : this.#amount * factor;
  }

  /** Days, with a fraction where the duration is not a whole number of days. */
  toDays(): number {
    if (!isUnknown(this.#amount)) return this.toMinutes() / MINUTES_PER.days;
    if (this.#unit === "days") return this.#amount;
    return Token.asNumber(Op.div(this.toMinutes(), MINUTES_PER.days));
  }

  /** For people: the largest unit that divides it, `30 days`. */
  toString(): string {
    if (isUnknown(this.#amount)) return `a number of ${this.#unit} that only Terraform knows`;
    const minutes = this.toMinutes();
    const unit = (["days", "hours"] as const).find((one) => minutes % MINUTES_PER[one] === 0);
    const amount = minutes / MINUTES_PER[unit ?? "minutes"];
    const word = unit ?? "minutes";
    return `${amount} ${amount === 1 ? word.slice(0, -1) : word}`;
  }
}

const impossible = (amount: number, unit: Unit): DeclarationError =>
  new DeclarationError(
    "invalid_declaration",
    `a duration of ${shownValue(amount)} ${unit} is not possible: give a whole number of at least 1`,
  );
