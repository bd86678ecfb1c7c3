/** Most entries that are remembered; the oldest are forgotten first. */
const MAX_REMEMBERED = 10_000;

/**
 * Puts an entry last, and forgets the first where there would be too many. Ours, not lru-cache, which
 * sets all its places up when it is made.
 */
export function putBounded<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  const [oldest] = map.keys();
  if (oldest !== undefined && map.size >= MAX_REMEMBERED) map.delete(oldest);
  map.set(key, value);
}
