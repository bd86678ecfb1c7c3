import { putBounded } from "../../common/bounded-map.ts";
import type { Clock } from "../../common/clock.ts";
import { KitError } from "../../common/errors/kit-error.ts";

const MINUTE_MS = 60_000;

/** Counts a request of a key. @throws KitError `rate_limited` when the key has used up its share. */
export type RateLimit = (key: string) => void;

/**
 * Token bucket per key: `perMinute` requests may come at once and refill evenly. Keys are access id
 * and item after authentication; of too many, the ones that came longest ago start anew.
 */
export function createRateLimit(perMinute: number, clock: Clock): RateLimit {
  const buckets = new Map<string, { readonly level: number; readonly at: number }>();
  return (key) => {
    const now = clock.monotonic();
    const bucket = buckets.get(key) ?? { level: perMinute, at: now };
    const refill = ((now - bucket.at) / MINUTE_MS) * perMinute;
    const level = Math.min(perMinute, bucket.level + refill);
    if (level < 1) throw new KitError("rate_limited");
    putBounded(buckets, key, { level: level - 1, at: now });
  };
}
