import type { State } from "./moves.ts";
import type { ModelResult } from "./replay.ts";
import { type Made, type ModelRun, serves, type World } from "./world.ts";

/** Looks at every answer that any run gave. */
export async function judgeAnswers(run: ModelRun, made: Iterable<Made>) {
  const given = new Map<string, string>();
  let disagreements = 0;
  let unproved = 0;
  for (const { payload, results, id, standing } of made) {
    const ended = await standing;
    if (ended.kind !== "answer") continue;
    const { current_password: password, _rotation } = JSON.parse(ended.payload);
    const before = await run(payload, results.slice(0, -1), id);
    const last = before.kind === "call" && before.call.verb === "probe" ? before.call : undefined;
    if (last?.credential.password !== password || results.at(-1)?.result !== "valid") unproved += 1;
    // A stale payload may be answered with what a later generation has set meanwhile.
    const question = JSON.stringify([payload, _rotation.gen, _rotation.gens]);
    if ((given.get(question) ?? password) !== password) disagreements += 1;
    given.set(question, password);
  }
  return { disagreements, unproved };
}

/** Errors after which the stored credential goes on working. */
const SERVES_ON = ["policy_rejected", "keys_full"];

/** Two undisturbed rotations in a row: alternating needs both to touch both users. */
export async function recovers(
  world: World,
  run: ModelRun,
  { store, target, begun }: State,
): Promise<boolean> {
  let payload = store;
  let state = target;
  for (let id = begun; id < begun + 2; id += 1) {
    const results: ModelResult[] = [];
    let standing = await run(payload, results, id);
    while (standing.kind === "call") {
      const [after, result] = world.target(state, standing.call);
      state = after;
      results.push(result);
      standing = await run(payload, results, id);
    }
    // A policy that rejects every candidate is a person's business, and a key that an answer may have
    // carried is kept for a while; nobody is locked out by either.
    if (standing.kind === "error")
      return SERVES_ON.includes(standing.code) && serves(world, payload, state);
    payload = standing.payload;
    if (!serves(world, payload, state)) return false;
  }
  return true;
}
