/** A moment's share of an interval by which a rotation may be early or late and still be on schedule. */
const TOLERANCE = 0.1;

/** How often a credential rotates at most where its payload does not say, in milliseconds. */
const SHORTEST_INTERVAL_MS = 86_400_000;

/** How many generations the account may be ahead of a payload. */
export interface Prediction {
  /** The most plausible number; 1 unless the clock says that the payload is older. */
  readonly likely: number;
  /**
   * The highest number that the clock allows, one more than it predicts. Undefined where nobody knows
   * when the payload was made.
   */
  readonly highest: number | undefined;
}

/**
 * What the clock says about a payload that was answered `ageMs` ago and is rotated each `intervalMs`.
 * The request in hand is due itself: a payload of two intervals is one generation behind.
 */
export function predict(ageMs: number | undefined, intervalMs: number | undefined): Prediction {
  if (ageMs === undefined) return { likely: 1, highest: undefined };
  const passed = Math.max(0, ageMs) / (intervalMs ?? SHORTEST_INTERVAL_MS);
  const highest = Math.max(1, Math.ceil(passed)) + 1;
  // An interval that nobody has told says how far it can be, not how far it is.
  if (intervalMs === undefined) return { likely: 1, highest };
  return { likely: Math.max(1, Math.ceil(passed - TOLERANCE) - 1), highest };
}
