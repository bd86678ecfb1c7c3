import type { Gauge } from "prom-client";
import { putBounded } from "../../common/bounded-map.ts";

/** Whose state it is. */
export interface ItemLabels {
  readonly item: string;
  readonly system: string;
  readonly strategy: string;
}

/**
 * Which items fail now, and why: a state that stays until their next success. Bounded, since patterns
 * allow any number of items.
 */
export class ItemStates {
  readonly #gauge: Gauge<"item" | "system" | "strategy" | "code">;
  readonly #failing = new Map<string, ItemLabels & { readonly code: string }>();

  constructor(gauge: Gauge<"item" | "system" | "strategy" | "code">) {
    this.#gauge = gauge;
  }

  /** @param code of the error that the rotation ended with */
  failed(labels: ItemLabels, code: string): void {
    this.succeeded(labels);
    const state = { ...labels, code };
    const forgotten = putBounded(this.#failing, labels.item, state);
    if (forgotten) this.#gauge.remove(forgotten);
    this.#gauge.set(state, 1);
  }

  succeeded({ item }: ItemLabels): void {
    const state = this.#failing.get(item);
    if (state === undefined) return;
    this.#failing.delete(item);
    this.#gauge.remove(state);
  }
}
