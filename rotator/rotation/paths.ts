/** How one generation was derived: places in the lists of keys and policies, and the attempt. */
export interface Hop {
  readonly key: number;
  readonly policy: number;
  readonly attempt: number;
}

/** How an account may have come from the payload to where it is now, one hop a generation. */
export interface Path {
  readonly hops: readonly Hop[];
  /** What must have happened beside a lost answer: the fewer, the more plausible. */
  readonly changes: number;
}

interface Space {
  /** For each known key and policy, the one in force first: what must have happened for it. */
  readonly keys: readonly number[];
  readonly policies: readonly number[];
  /** Whether the payload was made under both the second key and the second policy. */
  readonly bothReplaced: boolean;
  readonly attempts: number;
  /** Generations ahead that the clock predicts. */
  readonly likely: number;
  /** Generations ahead that are searched whatever the clock says. */
  readonly lookAhead: number;
  /** Generations ahead that are searched at most. */
  readonly highest: number;
}

/** Ways of more changes are followed only one generation ahead, or where all changed at once. */
const MOST_CHANGES = 2;

/**
 * All ways that are searched, the most plausible first: fewest changes first; among equals first
 * another policy, another key, a rejected attempt, and last a payload that is older than it looks.
 *
 * A key or a policy is replaced at one moment: the generations before it were made with the former
 * one, those after it with the one in force.
 */
export function plausiblePaths(space: Space): readonly Path[] {
  const paths: (Path & { order: number })[] = [];
  for (let depth = 1; depth <= space.highest; depth += 1) {
    const older = changesOfDepth(depth, space);
    const near = depth <= space.lookAhead;
    for (const [key, keyUntil] of replaced(space.keys.length, depth)) {
      const otherKey = space.keys[key] ?? 0;
      if (!near && key > 0 && otherKey + older > MOST_CHANGES) continue;
      for (const [policy, policyUntil] of replaced(space.policies.length, depth)) {
        // The payload shows that both were replaced since: an answer from before is one thing less.
        const both = space.bothReplaced && key === 1 && policy === 1 && keyUntil === policyUntil;
        const other = both ? 1 : otherKey + (space.policies[policy] ?? 0);
        if (!near && policy > 0 && other + older > MOST_CHANGES) continue;
        const whole = [keyUntil, policyUntil].every((until) => until === 0 || until === depth);
        for (const [attempt, rejectedAt] of rejected(space.attempts, depth)) {
          // A payload that was put back is one event, however old: each generation counts half.
          const isPutBack = near && older > 0 && other + attempt === 0;
          const changes = isPutBack ? (1 + older) / 2 : other + attempt + older;
          // What the very next call may have set is searched for whole, near generations for every
          // key and policy, and each generation as if nothing had changed.
          const asked = depth === 1 || (near && attempt === 0 && whole) || other + attempt === 0;
          if (changes > MOST_CHANGES && !asked) continue;
          const hops = Array.from({ length: depth }, (_, hop) => ({
            key: hop < keyUntil ? key : 0,
            policy: hop < policyUntil ? policy : 0,
            attempt: hop === rejectedAt ? attempt : 0,
          }));
          paths.push({ hops, changes, order: older * 8 + attempt * 4 + key * 2 + policy });
        }
      }
    }
  }
  return paths.sort((a, b) => a.changes - b.changes || a.order - b.order);
}

/**
 * How far a depth is from what is expected. One generation is what a lost answer leaves; where the
 * clock predicts more, that is as plausible.
 */
function changesOfDepth(depth: number, { likely }: Space): number {
  return Math.min(depth - 1, Math.abs(depth - likely));
}

/** Which former one of a list was in force, and for how many generations. */
function replaced(known: number, depth: number): [place: number, until: number][] {
  const ways: [number, number][] = [[0, 0]];
  for (let place = 1; place < known; place += 1)
    for (let until = depth; until >= 1; until -= 1) ways.push([place, until]);
  return ways;
}

/** Which attempt a generation took, and which generation. */
function rejected(attempts: number, depth: number): [attempt: number, hop: number][] {
  const ways: [number, number][] = [[0, -1]];
  for (let attempt = 1; attempt < attempts; attempt += 1)
    for (let hop = depth - 1; hop >= 0; hop -= 1) ways.push([attempt, hop]);
  return ways;
}
