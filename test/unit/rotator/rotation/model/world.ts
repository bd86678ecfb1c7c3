import type { RotationDependencies } from "../../../../../rotator/rotation/dependencies.ts";
import { type ModelResult, type ModelStanding, replay, type Setup } from "./replay.ts";
import type { ModelTarget, TargetState } from "./targets.ts";

/** The code under test, with its target, at its first request. */
export interface World extends Setup {
  target: ModelTarget;
  /** Replicas that are configured differently: request n goes to replica n, and round again. */
  replicas?: readonly Partial<RotationDependencies>[];
  payload: Record<string, unknown>;
  accounts: TargetState;
}

/** Whether the credential that consumers read from the payload logs in. */
export function serves({ target }: World, payload: string, state: TargetState): boolean {
  const { username, current_password: password } = JSON.parse(payload);
  return target(state, { verb: "probe", credential: { username, password } })[1].result === "valid";
}

export type ModelRun = (
  payload: string,
  results: ModelResult[],
  seed: number,
) => Promise<ModelStanding>;

/** One run and where it came to. */
export interface Made {
  payload: string;
  results: ModelResult[];
  id: number;
  standing: Promise<ModelStanding>;
}

/** Equal runs are made once. Randomness and configuration set runs of different requests apart. */
export function runner(world: World, made = new Map<string, Made>()): ModelRun {
  const { replicas = [{}] } = world;
  return (payload, results, id) => {
    const replica = id % replicas.length;
    const key = JSON.stringify([payload, results, world.strategy === "random" ? id : replica]);
    const known = made.get(key);
    if (known) return known.standing;
    const options = { ...world.options, ...replicas[replica] };
    const standing = replay({ ...world, options }, payload, results, id);
    made.set(key, { payload, results, id, standing });
    return standing;
  };
}
