/** The things that have a key in common with others, group by group. */
export function grouped<Thing>(
  things: readonly Thing[],
  keysOf: (thing: Thing) => readonly string[],
): [Thing, ...Thing[]][] {
  const groups = new Map<string, [Thing, ...Thing[]]>();
  for (const thing of things) {
    for (const key of new Set(keysOf(thing))) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [thing]);
      else group.push(thing);
    }
  }
  return [...groups.values()].filter((group) => group.length > 1);
}
