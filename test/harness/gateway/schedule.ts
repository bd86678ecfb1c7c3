import type { VirtualClock } from "../virtual-clock.ts";
import type { GatewayEvent } from "./events.ts";
import type { StoredItem } from "./model.ts";
import type { GatewaySettings } from "./options.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

type IntervalSettings = Pick<GatewaySettings, "rotationIntervalUnit" | "defaultRotationInterval">;

/**
 * When a secret rotates next, counted from `from` (milliseconds). In days, the hour of the day
 * (UTC) is the item's `rotation_hour` where it has one; minutes know no hour.
 */
export function nextRotation(item: StoredItem, from: number, settings: IntervalSettings): number {
  const interval = item.schedule.interval ?? settings.defaultRotationInterval;
  if (settings.rotationIntervalUnit === "minutes") return from + interval * MINUTE;
  const next = from + interval * DAY;
  if (item.schedule.hour === undefined) return next;
  return Math.floor(next / DAY) * DAY + item.schedule.hour * 60 * MINUTE;
}

/** What the schedules need of the gateway. */
export interface ScheduleContext {
  readonly clock: VirtualClock;
  readonly settings: IntervalSettings;
  rotate(item: StoredItem): Promise<unknown>;
  emit(event: GatewayEvent): void;
}

/** The timers of all secrets that rotate by themselves. */
export class Schedules {
  readonly #timers = new Map<StoredItem, (() => void)[]>();
  readonly #context: ScheduleContext;

  constructor(context: ScheduleContext) {
    this.#context = context;
  }

  /** Sets the item's next rotation, counted from now, or none when it does not rotate by itself. */
  restart(item: StoredItem): void {
    this.stop(item);
    if (!item.schedule.autoRotate) return;
    const { clock, settings } = this.#context;
    this.#plan(item, nextRotation(item, clock.now(), settings));
  }

  /** Plans again what was planned when the item was stored. */
  resume(item: StoredItem): void {
    const at = item.nextRotationAt;
    this.stop(item);
    if (at !== undefined) this.#plan(item, at);
  }

  #plan(item: StoredItem, at: number): void {
    const { clock, emit, rotate } = this.#context;
    item.nextRotationAt = at;
    const timers = item.schedule.eventsBefore
      .map((days) => at - days * DAY)
      .filter((due) => due > clock.now())
      .map((due) =>
        clock.schedule(due, () =>
          emit({ at: clock.now(), type: "next-automatic-rotation", item: item.name }),
        ),
      );
    timers.push(
      clock.schedule(at, async () => {
        await rotate(item);
      }),
    );
    this.#timers.set(item, timers);
  }

  /** Takes back everything that was planned. */
  clear(): void {
    for (const item of [...this.#timers.keys()]) this.stop(item);
  }

  /** Takes back what was planned for an item. */
  stop(item: StoredItem): void {
    for (const cancel of this.#timers.get(item) ?? []) cancel();
    this.#timers.delete(item);
    delete item.nextRotationAt;
  }
}
