import { policyFromId, policyId } from "../password/generation.ts";
import { narrowed } from "../password/narrow.ts";
import type { PasswordPolicyConfig } from "../password/policy.ts";
import { deriveCandidate } from "./derivation.ts";
import type { Keyring, RotatorKey } from "./keyring.ts";
import type { RotationLimits } from "./limits.ts";
import { type Hop, type Path, plausiblePaths } from "./paths.ts";
import type { Prediction } from "./predict.ts";

/** A password that may come after the one in the payload. */
export interface Candidate {
  readonly password: string;
  /** Generation of the account that it opens. */
  readonly generation: number;
  /** The password that it replaces; undefined where none is known. */
  readonly replaces: string | undefined;
  readonly kid: string;
  readonly policyId: string;
}

/** A candidate that may have been set already, with how much must have happened for it. */
export interface Possible {
  readonly candidate: Candidate;
  /** Changes beside the lost answer: of the key, of the policy, a rejection, a generation more. */
  readonly changes: number;
  /** Its name in the trace. */
  readonly what: "candidate" | "look-ahead";
}

/** Where next passwords come from: derived, or random in the lossy strategy. */
export interface CandidateSource {
  /** What to change to; `attempt` counts the rejections by the system's policy. */
  next(attempt: number): Candidate;
  /** What an earlier call, or another replica, may have set, the most plausible first. */
  possible(): Iterable<Possible>;
  /** Whether `possible` reaches every generation that the clock allows. */
  readonly reachesAll: boolean;
}

interface DerivedOptions {
  readonly keyring: Keyring;
  readonly limits: RotationLimits;
  /** Policy in force. */
  readonly policy: PasswordPolicyConfig;
  /** Policies that may have been in force when an answer was lost, the likeliest first. */
  readonly formerPolicies: readonly PasswordPolicyConfig[];
  /** `kid` and `policyId` of the payload, where the rotator has written it before. */
  readonly pinned: { readonly kid: string; readonly policyId: string } | undefined;
  readonly prediction: Prediction;
  readonly item: string;
  readonly system: string;
  readonly username: string;
  /** Generation of the account in the payload. */
  readonly generation: number;
  readonly current: string | undefined;
  /** What the current password replaced, where the payload remembers it. */
  readonly replaced: string | undefined;
}

/** Farthest generation ahead that is searched, however old the clock says a payload is. */
const MAX_AHEAD = 14;

/** Candidates that are a function of key and payload (derivation.ts). */
export function derivedCandidates(options: DerivedOptions): CandidateSource {
  const { keyring, limits, policy, prediction } = options;
  const highest = Math.max(limits.lookAhead, Math.min(prediction.highest ?? 0, MAX_AHEAD));
  return {
    next: (attempt) => candidate(options, startOf(options), attempt, keyring.first, policy),
    reachesAll: prediction.highest !== undefined && prediction.highest <= highest,
    possible: () => possible(options, highest),
  };
}

/** What a generation is derived from. */
interface From {
  readonly generation: number;
  readonly password: string | undefined;
}

const startOf = ({ generation, current }: DerivedOptions): From => ({
  generation,
  password: current,
});

/** All that may have been set. Nothing of it is made before somebody asks: a usual rotation never does. */
function* possible(options: DerivedOptions, highest: number): Generator<Possible> {
  const { keyring, limits, pinned, prediction } = options;
  const keys = keysByPlausibility(options);
  const policies = policiesByPlausibility(options);

  const derive = (from: From, hop: Hop) => {
    const under = policies[hop.policy] ?? options.policy;
    const key = keys[hop.key] ?? keyring.first;
    return candidate(options, from, hop.attempt, key, under);
  };
  const follow = ({ hops }: Path): Candidate | undefined => {
    let from = startOf(options);
    let last: Candidate | undefined;
    for (const hop of hops) {
      last = derive(from, hop);
      from = last;
    }
    return last;
  };

  /**
   * What another replica may have set in place of the current password: while a key is replaced or
   * a policy changed, two replicas derive differently, and with an admin credential the later wins.
   */
  const siblings = (): Possible[] => {
    if (options.replaced === undefined || options.generation === 0) return [];
    const parent = { generation: options.generation - 1, password: options.replaced };
    return keys.flatMap((_key, key) =>
      policies.flatMap((_policy, policy) =>
        Array.from({ length: limits.attempts }, (_, attempt) => ({
          candidate: derive(parent, { key, policy, attempt }),
          changes: 2 + key + policy + attempt,
          what: "look-ahead" as const,
        })).filter(({ changes, candidate: { password } }) => {
          return changes <= 4 && password !== options.current;
        }),
      ),
    );
  };

  const sameKey = pinned?.kid === keyring.first.id;
  const samePolicy = pinned?.policyId === policyId(options.policy);
  const paths = plausiblePaths({
    keys: changesFor(
      keys.map(({ id }) => id),
      keyring.all.map(({ id }) => id),
      pinned?.kid,
    ),
    policies: changesFor(
      policies.map(policyId),
      options.formerPolicies.map(policyId),
      pinned?.policyId,
    ),
    bothReplaced: pinned !== undefined && !sameKey && !samePolicy,
    // Where nothing is known yet, an admin credential sets the same attempt once more instead.
    attempts: options.current === undefined ? 1 : limits.attempts,
    likely: Math.min(prediction.likely, highest),
    lookAhead: limits.lookAhead,
    highest,
  });
  const others = siblings();
  for (const path of paths) {
    while ((others[0]?.changes ?? Number.POSITIVE_INFINITY) < path.changes) {
      const other = others.shift();
      if (other) yield other;
    }
    const found = follow(path);
    const what = path.hops.length === 1 ? "candidate" : "look-ahead";
    if (found) yield { candidate: found, changes: path.changes, what };
  }
  yield* others;
}

function candidate(
  { item, system, username }: DerivedOptions,
  from: From,
  attempt: number,
  key: RotatorKey,
  under: PasswordPolicyConfig,
): Candidate {
  const generation = from.generation + 1;
  const current = from.password ?? "";
  const input = { item, system, username, generation, attempt, current };
  return {
    password: deriveCandidate(key.material, input, narrowed(under, attempt)),
    generation,
    replaces: from.password,
    kid: key.id,
    policyId: policyId(under),
  };
}

/**
 * What must have happened for each of a list, the one in force first. A lost answer was made with what was
 * in force when it was given: the one that made the payload, or one that came after it. Where the payload
 * was made under the one in force, another is less plausible: it would be from before a change that came
 * before the payload.
 *
 * @param ids of the list, the one that made the payload second where it is not in force
 * @param history the same as they followed each other, the newest first
 */
function changesFor(
  ids: readonly string[],
  history: readonly string[],
  pinned: string | undefined,
): number[] {
  const age = pinned === undefined ? -1 : history.indexOf(pinned);
  return ids.map((id, place) => {
    if (place === 0 || pinned === undefined) return place;
    if (pinned === ids[0]) return place + 1;
    const isLater = history.includes(id) && history.indexOf(id) < age;
    return id === pinned || isLater ? 1 : place;
  });
}

/** The first key, then the one that made the payload, then the others in their order. */
function keysByPlausibility({ keyring, pinned }: DerivedOptions): readonly RotatorKey[] {
  const rank = (key: RotatorKey) => (key === keyring.first ? 0 : key.id === pinned?.kid ? 1 : 2);
  return keyring.all.toSorted((a, b) => rank(a) - rank(b));
}

/** The policy in force, then the one of the payload, then the former ones in their order. */
function policiesByPlausibility(options: DerivedOptions): readonly PasswordPolicyConfig[] {
  const { policy, pinned, formerPolicies } = options;
  const old = pinned && policyFromId(pinned.policyId);
  const known = new Map<string, PasswordPolicyConfig>();
  for (const one of [policy, ...(old ? [old] : []), ...formerPolicies])
    if (!known.has(policyId(one))) known.set(policyId(one), one);
  return [...known.values()];
}
