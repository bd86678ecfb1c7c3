/** Most entries that are remembered where nothing else is said. */
const MAX_REMEMBERED = 10_000;

/**
 * Puts an entry last, and forgets the first where there would be more than `most`.
 *
 * @returns what was forgotten to make room, if anything was
 */
export function putBounded<V>(
  map: Map<string, V>,
  key: string,
  value: V,
  most = MAX_REMEMBERED,
): V | undefined {
  map.delete(key);
  const [oldest] = map.size >= most ? map : [];
  if (oldest) map.delete(oldest[0]);
  map.set(key, value);
  return oldest?.[1];
}
