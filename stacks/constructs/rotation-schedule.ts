import { createHash } from "node:crypto";
import type { Duration } from "./duration.ts";
import { DeclarationError, isUnknown, refuseReferences, shownValue } from "./errors.ts";
import type { IntervalUnit } from "./settings.ts";

/** Longest interval, in days: the limit that the CLI and the API document. */
const MAX_DAYS = 365;
const MAX_MINUTES = MAX_DAYS * 24 * 60;

/** Hours of the day, UTC; `{ from: 22, to: 4 }` goes over midnight. */
export interface HoursUtc {
  /** The first hour, 0 to 23. */
  readonly from: number;
  /** The hour at which they end, 0 to 23: the last one is the hour before. */
  readonly to: number;
}

/** Options of {@link RotationSchedule.every}. */
export interface RotationScheduleOptions {
  /**
   * Hour of the day at which the gateway rotates, UTC, 0 to 23. Only an interval of whole days
   * has an hour.
   * @default - the server decides; the provider sends 0
   */
  readonly atHourUtc?: number | undefined;
  /**
   * Hours of the day between which each secret has an hour of its own instead of `atHourUtc`: made
   * from the item's name, so that it stays the same, and secrets that share the schedule do not all
   * rotate at once. Many of them may still have the same hour.
   * @default - no hours of its own
   */
  readonly betweenHoursUtc?: HoursUtc | undefined;
  /**
   * Days before a rotation on which Akeyless sends an event, each at least 1.
   * @default - no events
   */
  readonly announceDaysBefore?: readonly number[] | undefined;
}

/**
 * When the gateway rotates a secret by itself.
 *
 * @example RotationSchedule.every(Duration.days(30), { betweenHoursUtc: { from: 22, to: 4 } })
 */
export class RotationSchedule {
  /** The interval, or undefined for rotation on demand only. */
  readonly interval: Duration | undefined;
  readonly atHourUtc: number | undefined;
  readonly announceDaysBefore: readonly number[];
  readonly #between: HoursUtc | undefined;

  private constructor(interval: Duration | undefined, options: RotationScheduleOptions) {
    refuseReferences({ interval });
    this.interval = interval;
    this.atHourUtc = options.atHourUtc;
    this.announceDaysBefore = options.announceDaysBefore ?? [];
    this.#between = options.betweenHoursUtc;
    this.#validate();
  }

  /** Rotate at this interval: at least a minute, at most 365 days. */
  static every(interval: Duration, options: RotationScheduleOptions = {}): RotationSchedule {
    return new RotationSchedule(interval, options);
  }

  /** Rotate only on demand, or after a session of Secure Remote Access. */
  static manual(): RotationSchedule {
    return new RotationSchedule(undefined, {});
  }

  /** Hour at which an item of this path rotates, UTC; undefined where the server decides. */
  hourOf(itemPath: string): number | undefined {
    if (this.#between === undefined) return this.atHourUtc;
    if (isUnknown(itemPath)) {
      throw new DeclarationError(
        "invalid_declaration",
        "betweenHoursUtc makes an hour from the item's name, but only Terraform knows that name: give atHourUtc",
      );
    }
    const { from, to } = this.#between;
    const chosen = createHash("sha256").update(itemPath).digest().readUInt32BE() % hours(from, to);
    return (from + chosen) % 24;
  }

  /**
   * The number that goes over the wire, in the unit in which the server counts.
   * @internal
   */
  intervalIn(unit: IntervalUnit): number | undefined {
    if (this.interval === undefined) return undefined;
    if (unit === "minutes") return this.interval.toMinutes();
    const days = this.interval.toDays();
    if (!isUnknown(days) && !Number.isInteger(days)) {
      throw new DeclarationError(
        "invalid_declaration",
        `the rotation interval is ${this.interval}, but the interval unit is days: give a whole number of days, or set the interval unit to minutes if this gateway counts in minutes`,
      );
    }
    return days;
  }

  #validate(): void {
    const minutes = this.interval?.toMinutes() ?? 1;
    if (!isUnknown(minutes) && minutes > MAX_MINUTES) {
      throw new DeclarationError(
        "invalid_declaration",
        `the rotation interval is ${this.interval}; allowed are 1 to ${MAX_DAYS} days`,
      );
    }
    this.#validateHour();
    if (isUnknown(this.announceDaysBefore)) return;
    const known = this.announceDaysBefore.filter((day) => !isUnknown(day));
    const wrong = known.find((day) => !Number.isInteger(day) || day < 1);
    if (wrong !== undefined) {
      throw new DeclarationError(
        "invalid_declaration",
        `announceDaysBefore holds ${shownValue(wrong)}; allowed are whole numbers of days of at least 1`,
      );
    }
  }

  #validateHour(): void {
    if (this.#between !== undefined) this.#validateHours(this.#between);
    const hour = this.atHourUtc ?? this.#between?.from;
    if (hour === undefined || isUnknown(hour)) return;
    const days = this.interval?.toDays() ?? 1;
    if (!Number.isInteger(hour) || hour < 0 || hour > 23) {
      throw new DeclarationError(
        "invalid_declaration",
        `atHourUtc is ${shownValue(hour)}; allowed are the hours 0 to 23, UTC`,
      );
    }
    if (!isUnknown(days) && !Number.isInteger(days)) {
      throw new DeclarationError(
        "invalid_declaration",
        `the hour is ${hour}, UTC, but an interval of ${this.interval} has no fixed hour: leave it out or give whole days`,
      );
    }
  }

  #validateHours({ from, to }: HoursUtc): void {
    const areHours = [from, to].every((hour) => Number.isInteger(hour) && hour >= 0 && hour <= 23);
    if (areHours && from !== to && this.atHourUtc === undefined) return;
    throw new DeclarationError(
      "invalid_declaration",
      this.atHourUtc === undefined
        ? `betweenHoursUtc is ${shownValue(from)} to ${shownValue(to)}; allowed are two different hours from 0 to 23, UTC, no references`
        : "atHourUtc and betweenHoursUtc are both given: give one of them",
    );
  }
}

/** How many hours there are from one hour to another, also over midnight. */
const hours = (from: number, to: number): number => (to - from + 24) % 24;
