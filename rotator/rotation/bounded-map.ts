import { LRUCache } from "lru-cache";

const MAX_REMEMBERED = 10_000;

/** Remembers 10,000 entries at most; what was not used for longest is forgotten first. */
export const boundedMap = <V extends NonNullable<unknown>>(): LRUCache<string, V> =>
  new LRUCache({ max: MAX_REMEMBERED });
