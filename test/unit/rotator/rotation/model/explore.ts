import { judgeAnswers, recovers } from "./judge.ts";
import { type Adversary, movesFrom, startOf } from "./moves.ts";
import { type Made, runner, serves, type World } from "./world.ts";

/** What exhaustive exploration found: numbers of states, and the first history of each kind. */
export interface Findings {
  states: number;
  /** The served credential does not log in. */
  outages: number;
  /** Nothing is in flight, and two undisturbed rotations do not repair it. */
  lockouts: number;
  /** Nothing went wrong, all is answered, and yet the served credential does not log in. */
  silent: number;
  /** Equal payloads that got different passwords for the same generation. */
  disagreements: number;
  /** Answers whose last step was not a successful login with what they carry. */
  unproved: number;
  /** The moves that lead to the first lock-out, to be read. */
  history: string[] | undefined;
}

/** Visits every state that the adversary can bring about. */
export async function explore(world: World, adversary: Adversary): Promise<Findings> {
  const made = new Map<string, Made>();
  const run = runner(world, made);
  const start = startOf(world);
  const findings = { states: 0, outages: 0, lockouts: 0, silent: 0 };
  let history: string[] | undefined;
  const from = new Map<string, { key: string; label: string } | undefined>([
    [JSON.stringify(start), undefined],
  ]);
  const queue = [start];
  for (let state = queue.shift(); state; state = queue.shift()) {
    const key = JSON.stringify(state);
    findings.states += 1;
    const outage = !serves(world, state.store, state.target);
    if (outage) findings.outages += 1;
    if (state.flights.length === 0) {
      if (outage && !adversary.faults) findings.silent += 1;
      if (!(await recovers(world, run, state))) {
        findings.lockouts += 1;
        history ??= historyOf(key, from);
      }
    }
    for (const [label, next] of await movesFrom(state, world, adversary, run)) {
      const nextKey = JSON.stringify(next);
      if (from.has(nextKey)) continue;
      from.set(nextKey, { key, label });
      queue.push(next);
    }
  }
  return { ...findings, ...(await judgeAnswers(run, [...made.values()])), history };
}

function historyOf(
  last: string,
  from: ReadonlyMap<string, { key: string; label: string } | undefined>,
): string[] {
  const labels: string[] = [];
  for (let step = from.get(last); step; step = from.get(step.key)) labels.unshift(step.label);
  return labels;
}
