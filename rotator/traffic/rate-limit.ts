import { LRUCache } from "lru-cache";
import type { Clock } from "../../common/clock.ts";
import { KitError } from "../../common/errors/kit-error.ts";

const MINUTE_MS = 60_000;
/** Keys that are counted at once; the ones that came longest ago start anew. */
const MAX_KEYS = 10_000;

/** Counts a request of a key. @throws KitError `rate_limited` when the key has used up its share. */
export type RateLimit = (key: string) => void;

/**
 * Token bucket per key: `perMinute` requests may come at once and refill evenly. Keys are access id
 * and item after authentication.
 */
export function createRateLimit(perMinute: number, clock: Clock): RateLimit {
  const buckets = new LRUCache<string, { level: number; at: number }>({ max: MAX_KEYS });
  return (key) => {
    const now = clock.monotonic();
    const bucket = buckets.get(key) ?? { level: perMinute, at: now };
    const refill = ((now - bucket.at) / MINUTE_MS) * perMinute;
    const level = Math.min(perMinute, bucket.level + refill);
    if (level < 1) {
      throw new KitError("rate_limited");
    }
    buckets.set(key, { level: level - 1, at: now });
  };
}
