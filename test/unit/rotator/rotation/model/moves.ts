import type { ModelCall, ModelResult } from "./replay.ts";
import type { TargetState } from "./targets.ts";
import type { ModelRun, World } from "./world.ts";

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

interface Flight {
  id: number;
  payload: string;
  results: ModelResult[];
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

type Move = readonly [label: string, next: State];

/** Before the first request. */
export function startOf({ payload, accounts }: World): State {
  return { store: JSON.stringify(payload), target: accounts, flights: [], begun: 0 };
}

/** Everything that can happen next. */
export async function movesFrom(
  state: State,
  world: World,
  adversary: Adversary,
  run: ModelRun,
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
    const heard = (result: ModelResult) => ({ results: [...flight.results, result] });
    const [after, result] = world.target(target, standing.call);
    const label = `${standing.call.verb} ${flight.id}`;
    moves.push([`${label}: ${result.result}`, goOn(after, heard(result))]);
    if (adversary.ambiguous && changes(standing.call)) {
      const lost: ModelResult = { result: "ambiguous", reason: "lost" };
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

function changes({ verb }: ModelCall): boolean {
  return verb !== "probe" && verb !== "revoke";
}
