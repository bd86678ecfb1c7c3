import { Gauge, Registry } from "prom-client";
import type { Clock } from "../../common/clock.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import { type Item, isCustomRotatedSecret } from "../attributes/item.ts";
import { adviceOn } from "./advice.ts";
import { TROUBLES } from "./documents.ts";
import { itemStatus } from "./status.ts";

/** What Prometheus reads about the items of a gateway: the gateway's own word, whatever restarts. */
export class ItemMetrics {
  /** Every metric, by name. */
  readonly registry = new Registry();
  readonly #state = this.#gauge(
    "item_state",
    "1 for the state that the item is in (failed, overdue, never-rotated, manual, ok), 0 for the others",
    ["item", "state"],
  );
  readonly #error = this.#gauge(
    "item_error",
    "1: the last rotation failed, with the code of the rotator's answer where it has one",
    ["item", "code"],
  );
  readonly #last = this.#gauge(
    "item_last_rotation_timestamp_seconds",
    "Last rotation, seconds since the Unix epoch",
    ["item"],
  );
  readonly #next = this.#gauge(
    "item_next_rotation_timestamp_seconds",
    "Next rotation, seconds since the Unix epoch",
    ["item"],
  );
  readonly #up = this.#gauge(
    "gateway_up",
    "0 while the gateway cannot be read; the items then show what was read last",
    [],
  );
  readonly #read = this.#gauge(
    "gateway_read_timestamp_seconds",
    "When the gateway was read last, seconds since the Unix epoch",
    [],
  );
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Replaces everything about items by what was read now. */
  update(items: readonly Item[]): void {
    const now = this.#clock.now();
    for (const gauge of [this.#state, this.#error, this.#last, this.#next]) gauge.reset();
    for (const item of items.filter(isCustomRotatedSecret)) {
      const { name, trouble, last_rotation, next_rotation, error } = itemStatus(item, now);
      for (const state of TROUBLES) {
        this.#state.set({ item: name, state }, state === trouble ? 1 : 0);
      }
      if (last_rotation !== null) this.#last.set({ item: name }, seconds(last_rotation));
      if (next_rotation !== null) this.#next.set({ item: name }, seconds(next_rotation));
      if (error === null) continue;
      const { code } = adviceOn(new KitError("rotation_failed", { name, words: error }));
      this.#error.set({ item: name, code }, 1);
    }
    this.#up.set(1);
    this.#read.set(now / 1_000);
  }

  /** The gateway could not be read; what was read before stays. */
  failed(): void {
    this.#up.set(0);
  }

  /** The text that Prometheus reads. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  /** Its media type. */
  get contentType(): string {
    return this.registry.contentType;
  }

  #gauge<Label extends string>(name: string, help: string, labelNames: Label[]): Gauge<Label> {
    const registers = [this.registry];
    return new Gauge({ name: `rotation_kit_${name}`, help: `${help}.`, labelNames, registers });
  }
}

const seconds = (date: string): number => Date.parse(date) / 1_000;
