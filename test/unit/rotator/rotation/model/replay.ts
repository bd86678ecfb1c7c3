import { createHash } from "node:crypto";
import { KitError } from "../../../../../common/errors/kit-error.ts";
import type { RotationDependencies } from "../../../../../rotator/rotation/dependencies.ts";
import type { Strategy } from "../../../../../rotator/rotation/rotation.ts";
import type { Credential, System } from "../../../../../rotator/systems/system.ts";
import { rotatorFor } from "../rotate.ts";

/** One verb that the rotation code asks of its system. */
export type ModelCall =
  | { verb: "probe"; credential: Credential }
  | { verb: "change" | "changeRetaining"; current: Credential; next: Credential }
  | { verb: "reconcile"; next: Credential }
  | { verb: "create" | "revoke"; owner: Credential; name: string };

/** What a system answers, in the words of `System`. */
export type ModelResult = { result: string; reason?: string; key?: Credential };

/** Where a run of the real code stands: it waits for a verb, or it has ended. */
export type ModelStanding =
  | { kind: "call"; call: ModelCall }
  | { kind: "answer"; payload: string }
  | { kind: "error"; code: string };

/** What the code under test is configured with. */
export interface Setup {
  strategy: Strategy;
  reconcile?: boolean;
  options?: Partial<RotationDependencies>;
  optionalVerbs?: readonly ("changeRetaining" | "reconcile" | "keys")[];
}

/**
 * Runs the real `rotate` on the payload as far as the given results carry it. A rotation is a
 * function of its payload and of what the system answers, so a request that is stopped between
 * two verbs needs no thread: it is the list of results so far. That makes each interleaving, each
 * crash between two steps and each lost answer a plain state that can be visited exhaustively.
 *
 * `seed` represents the process's own randomness (only the strategy `random` has any).
 */
export async function replay(
  setup: Setup,
  payload: string,
  results: readonly ModelResult[],
  seed: number,
): Promise<ModelStanding> {
  let position = 0;
  let stopped: (standing: ModelStanding) => void = () => {};
  const stop = new Promise<ModelStanding>((resolve) => {
    stopped = resolve;
  });
  const ask = async <T extends { result: string }>(call: ModelCall): Promise<T> => {
    const result = results[position];
    position += 1;
    if (result) return result as unknown as T;
    stopped({ kind: "call", call });
    return new Promise<T>(() => {});
  };
  const { rotate } = rotatorFor(asking(ask, setup.optionalVerbs ?? []), {
    randomBytes: seededBytes(seed),
    ...setup.options,
    limits: { maxFailedLogins: 12, ...setup.options?.limits },
  });
  const bound = { strategy: setup.strategy, reconcile: setup.reconcile ?? false };
  const ended = rotate(payload, bound).then(
    (answer): ModelStanding => ({ kind: "answer", payload: answer.payload }),
    (error: unknown): ModelStanding => {
      if (!(error instanceof KitError)) throw error;
      return { kind: "error", code: error.code };
    },
  );
  return Promise.race([stop, ended]);
}

/** A system that hands each verb to `ask`. */
function asking(
  ask: <T extends { result: string }>(call: ModelCall) => Promise<T>,
  optional: readonly string[],
): System {
  return {
    probe: (credential) => ask({ verb: "probe", credential }),
    change: (current, next) => ask({ verb: "change", current, next }),
    ...(optional.includes("reconcile")
      ? { reconcile: (next: Credential) => ask({ verb: "reconcile", next }) }
      : {}),
    ...(optional.includes("changeRetaining")
      ? {
          changeRetaining: (current: Credential, next: Credential) =>
            ask({ verb: "changeRetaining", current, next }),
        }
      : {}),
    ...(optional.includes("keys")
      ? {
          keys: {
            create: (owner: Credential, name: string) => ask({ verb: "create", owner, name }),
            revoke: (owner: Credential, name: string) => ask({ verb: "revoke", owner, name }),
          },
        }
      : {}),
  };
}

function seededBytes(seed: number) {
  let drawn = 0;
  return (size: number) => {
    drawn += 1;
    return createHash("sha256").update(`${seed}/${drawn}`).digest().subarray(0, size);
  };
}
