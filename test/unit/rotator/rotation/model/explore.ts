import type { RotationDependencies } from "../../../../../rotator/rotation/rotation.ts";
import { type Call, type Result, replay, type Setup, type Standing } from "./replay.ts";
import type { Target, TargetState } from "./targets.ts";

/** Who calls, and what may go wrong. */
export interface Adversary {
  /** Requests in all, and at once. */
  requests: number;
  concurrent: number;
  /** Crashes at every step, and lost answers. */
  faults: boolean;
  /** Whether answers of calls that the caller has given up on are stored nevertheless. */
  storesLate: boolean;
  /** Whether changes may also end without a word, done or not. */
  ambiguous?: boolean;
  /** Whether target and store may each be set back to what they were one stored answer ago. */
  restores?: boolean;
  /** Whether one lock covers all requests: one process, or replicas with a shared lock. */
  locked?: boolean;
}

export interface World extends Setup {
  target: Target;
  /** Replicas that are configured differently: request n goes to replica n, and round again. */
  replicas?: readonly Partial<RotationDependencies>[];
  payload: Record<string, unknown>;
  accounts: TargetState;
}

/** What exhaustive exploration found: numbers of states, and the first history of each kind. */
export interface Findings {
  states: number;
  /** The served credential does not log in. */
  outages: number;
  /** Nothing is in flight, and two undisturbed rotations do not repair it. */
  lockouts: number;
  /** Nothing went wrong, all is answered, and yet the served credential does not log in. */
  silent: number;
  /** The moves that lead to the first lock-out, to be read. */
  history: string[] | undefined;
}

interface Flight {
  id: number;
  payload: string;
  results: Result[];
  /** Set once the rotation has answered and the answer is on its way. */
  answer?: string;
}

export interface State {
  store: string;
  target: TargetState;
  flights: Flight[];
  begun: number;
  /** Store and target as they were one stored answer ago; only where something may be restored. */
  backup?: { store: string; target: TargetState; next: TargetState };
}

export type Move = readonly [label: string, next: State];

/** Visits every state that the adversary can bring about. */
export async function explore(world: World, adversary: Adversary): Promise<Findings> {
  const run = runner(world);
  const start = startOf(world);
  const findings: Findings = { states: 0, outages: 0, lockouts: 0, silent: 0, history: undefined };
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
        findings.history ??= historyOf(key, from);
      }
    }
    for (const [label, next] of await movesFrom(state, world, adversary, run)) {
      const nextKey = JSON.stringify(next);
      if (from.has(nextKey)) continue;
      from.set(nextKey, { key, label });
      queue.push(next);
    }
  }
  return findings;
}

/** Before the first request. */
export function startOf({ payload, accounts }: World): State {
  return { store: JSON.stringify(payload), target: accounts, flights: [], begun: 0 };
}

/** Whether the credential that consumers read from the payload logs in. */
export function serves({ target }: World, payload: string, state: TargetState): boolean {
  const { username, current_password: password } = JSON.parse(payload);
  return target(state, { verb: "probe", credential: { username, password } })[1].result === "valid";
}

export type Run = (payload: string, results: Result[], seed: number) => Promise<Standing>;

/** Equal runs are made once. Randomness and configuration set runs of different requests apart. */
export function runner(world: World): Run {
  const made = new Map<string, Promise<Standing>>();
  const { replicas = [{}] } = world;
  return (payload, results, id) => {
    const replica = id % replicas.length;
    const key = JSON.stringify([payload, results, world.strategy === "random" ? id : replica]);
    const options = { ...world.options, ...replicas[replica] };
    const known = made.get(key) ?? replay({ ...world, options }, payload, results, id);
    made.set(key, known);
    return known;
  };
}

/** Two undisturbed rotations in a row: alternating needs both to touch both users. */
export async function recovers(
  world: World,
  run: Run,
  { store, target, begun }: State,
): Promise<boolean> {
  let payload = store;
  let state = target;
  for (let id = begun; id < begun + 2; id += 1) {
    const results: Result[] = [];
    let standing = await run(payload, results, id);
    while (standing.kind === "call") {
      const [after, result] = world.target(state, standing.call);
      state = after;
      results.push(result);
      standing = await run(payload, results, id);
    }
    // A policy that rejects every candidate is a person's business; nobody is locked out by it.
    if (standing.kind === "error")
      return standing.code === "policy_rejected" && serves(world, payload, state);
    payload = standing.payload;
    if (!serves(world, payload, state)) return false;
  }
  return true;
}

/** Everything that can happen next. */
export async function movesFrom(
  state: State,
  world: World,
  adversary: Adversary,
  run: Run,
): Promise<Move[]> {
  const moves: Move[] = [];
  const { store, target, flights, begun } = state;
  const held = adversary.locked && flights.some((flight) => flight.answer === undefined);
  if (begun < adversary.requests && flights.length < adversary.concurrent && !held) {
    const flight = { id: begun, payload: store, results: [] };
    moves.push(["begin", { ...state, flights: [...flights, flight], begun: begun + 1 }]);
  }
  if (state.backup && flights.length === 0) {
    const { backup, ...now } = state;
    moves.push(["restore the target", { ...now, target: backup.target }]);
    moves.push(["restore the store", { ...now, store: backup.store }]);
  }
  for (const [index, flight] of flights.entries()) {
    const others = flights.toSpliced(index, 1);
    const gone: State = { ...state, flights: others };
    if (flight.answer !== undefined) {
      const stored = adversary.storesLate || flight.id === begun - 1;
      moves.push([`store ${flight.id}`, stored ? storing(gone, flight.answer, adversary) : gone]);
      if (adversary.faults) moves.push([`lose ${flight.id}`, gone]);
      continue;
    }
    if (adversary.faults) moves.push([`crash ${flight.id}`, gone]);
    const standing = await run(flight.payload, flight.results, flight.id);
    if (standing.kind === "error") {
      moves.push([`error ${flight.id} ${standing.code}`, gone]);
      continue;
    }
    const goOn = (after: TargetState, change: Partial<Flight>): State => ({
      ...state,
      target: after,
      flights: flights.with(index, { ...flight, ...change }),
    });
    if (standing.kind === "answer") {
      moves.push([`answer ${flight.id}`, goOn(target, { results: [], answer: standing.payload })]);
      continue;
    }
    const heard = (result: Result) => ({ results: [...flight.results, result] });
    const [after, result] = world.target(target, standing.call);
    const label = `${standing.call.verb} ${flight.id}`;
    moves.push([`${label}: ${result.result}`, goOn(after, heard(result))]);
    if (adversary.ambiguous && changes(standing.call)) {
      const lost: Result = { result: "ambiguous", reason: "lost" };
      moves.push([`${label}: done, unheard`, goOn(after, heard(lost))]);
      moves.push([`${label}: not done, unheard`, goOn(target, heard(lost))]);
    }
  }
  return moves;
}

/** The state with an answer stored; what was there a stored answer ago can be restored. */
function storing(state: State, store: string, { restores }: Adversary): State {
  const { target, backup } = state;
  if (!restores) return { ...state, store };
  const before = { store: state.store, target: backup?.next ?? target, next: target };
  return { ...state, store, backup: before };
}

function changes({ verb }: Call): boolean {
  return verb !== "probe" && verb !== "revoke";
}

function historyOf(
  last: string,
  from: ReadonlyMap<string, { key: string; label: string } | undefined>,
): string[] {
  const labels: string[] = [];
  for (let step = from.get(last); step; step = from.get(step.key)) labels.unshift(step.label);
  return labels;
}
