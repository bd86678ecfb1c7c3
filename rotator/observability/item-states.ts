import { LRUCache } from "lru-cache";
import type { Gauge } from "prom-client";

/** Whose state it is. */
export interface ItemLabels {
  readonly item: string;
  readonly system: string;
  readonly strategy: string;
}

/** Items that fail at once; patterns allow any number, and a label must not take every name. */
const MAX_FAILING = 10_000;

/** Which items fail now, and why: a state that stays until their next success. */
export class ItemStates {
  readonly #gauge: Gauge<"item" | "system" | "strategy" | "code">;
  readonly #failing: LRUCache<string, ItemLabels & { readonly code: string }>;

  constructor(gauge: Gauge<"item" | "system" | "strategy" | "code">) {
    this.#gauge = gauge;
    this.#failing = new LRUCache({ max: MAX_FAILING, dispose: (labels) => gauge.remove(labels) });
  }

  /** @param code of the error that the rotation ended with */
  failed(labels: ItemLabels, code: string): void {
    const state = { ...labels, code };
    this.#failing.set(labels.item, state);
    this.#gauge.set(state, 1);
  }

  succeeded({ item }: ItemLabels): void {
    this.#failing.delete(item);
  }
}
