/**
 * Whether the text matches a pattern in which `*` represents any characters, also none; everything
 * else is literal. Runs in time linear in text times pattern, whatever the pattern.
 */
export function matches(pattern: string, text: string): boolean {
  let [p, t, star, retry] = [0, 0, -1, 0];
  while (t < text.length) {
    if (pattern[p] === "*") {
      star = p++;
      retry = t;
    } else if (pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

/** Whether any of the patterns matches; names of hosts are compared without regard to case. */
export const matchesAny = (patterns: readonly string[], text: string): boolean =>
  patterns.some((pattern) => matches(pattern.toLowerCase(), text.toLowerCase()));
