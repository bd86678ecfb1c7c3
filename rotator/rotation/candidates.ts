import { policyFromId, policyId } from "../password/generation.ts";
import type { PasswordPolicy } from "../password/policy.ts";
import { deriveCandidate } from "./derivation.ts";
import type { Keyring, RotatorKey } from "./keyring.ts";
import type { RotationLimits } from "./limits.ts";

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

/** Where next passwords come from: derived, or random in the lossy strategy. */
export interface CandidateSource {
  /** What to change to; `attempt` counts the rejections by the system's policy. */
  next(attempt: number): Candidate;
  /** What an earlier call may have changed to: first attempts, one for each key and policy. */
  likely(): Candidate[];
  /** Less likely: what another replica set, further attempts, generations further ahead. */
  unlikely(): Candidate[];
}

interface DerivedOptions {
  readonly keyring: Keyring;
  readonly limits: RotationLimits;
  /** Policy in force. */
  readonly policy: PasswordPolicy;
  /** `kid` and `policyId` of the payload, where the rotator has written it before. */
  readonly pinned: { readonly kid: string; readonly policyId: string } | undefined;
  readonly item: string;
  readonly system: string;
  readonly username: string;
  /** Generation of the account in the payload. */
  readonly generation: number;
  readonly current: string | undefined;
  /** What the current password replaced, where the payload remembers it. */
  readonly replaced: string | undefined;
}

/** Candidates that are a function of key and payload (derivation.ts). */
export function derivedCandidates(options: DerivedOptions): CandidateSource {
  const { keyring, limits, policy } = options;
  const start = { generation: options.generation, password: options.current };

  const derive = (
    from: { generation: number; password: string | undefined },
    attempt: number,
    key: RotatorKey,
    under: PasswordPolicy,
  ): Candidate => {
    const generation = from.generation + 1;
    const { item, system, username } = options;
    const current = from.password ?? "";
    const input = { item, system, username, generation, attempt, current };
    return {
      password: deriveCandidate(key.material, input, under),
      generation,
      replaces: from.password,
      kid: key.id,
      policyId: policyId(under),
    };
  };

  /** Key and policy may have been others when the lost answer was made; the current ones first. */
  const variants = (): { key: RotatorKey; under: PasswordPolicy }[] => {
    const { pinned } = options;
    const rank = (key: RotatorKey) => (key === keyring.first ? 0 : key.id === pinned?.kid ? 1 : 2);
    const keys = keyring.all.toSorted((a, b) => rank(a) - rank(b));
    const old = pinned && policyFromId(pinned.policyId);
    const policies = old && policyId(old) !== policyId(policy) ? [policy, old] : [policy];
    return policies.flatMap((under) => keys.map((key) => ({ key, under })));
  };

  /**
   * What another replica may have set in place of the current password: while a key is replaced or
   * a policy changed, two replicas derive differently, and with an admin credential the later wins.
   */
  const siblings = (): Candidate[] => {
    if (options.replaced === undefined || options.generation === 0) return [];
    const parent = { generation: options.generation - 1, password: options.replaced };
    return variants()
      .map(({ key, under }) => derive(parent, 0, key, under))
      .filter(({ password }) => password !== options.current);
  };

  return {
    next: (attempt) => derive(start, attempt, keyring.first, policy),
    likely: () => variants().map(({ key, under }) => derive(start, 0, key, under)),
    unlikely: () => [
      ...siblings(),
      ...variants().flatMap(({ key, under }) => {
        const found: Candidate[] = [];
        // Where nothing is known yet, an admin credential sets the same attempt once more instead.
        if (options.current !== undefined)
          for (let attempt = 1; attempt < limits.attempts; attempt += 1)
            found.push(derive(start, attempt, key, under));
        let from = derive(start, 0, key, under);
        for (let ahead = 2; ahead <= limits.lookAhead; ahead += 1) {
          from = derive(from, 0, key, under);
          found.push(from);
        }
        return found;
      }),
    ],
  };
}
