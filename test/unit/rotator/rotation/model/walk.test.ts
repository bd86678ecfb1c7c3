import fc from "fast-check";
import { expect, test } from "vitest";
import { Keyring } from "../../../../../rotator/rotation/keyring.ts";
import { recovers } from "./judge.ts";
import { type Adversary, movesFrom, type State, startOf } from "./moves.ts";
import { picky } from "./targets.ts";
import { runner, serves, type World } from "./world.ts";
import { WORLDS, type WorldName } from "./worlds.ts";

/**
 * Longer histories than exhaustive exploration reaches, one at a time: more requests, three at
 * once, a target that rejects passwords, replicas in the middle of a change of keys, restored
 * backups. A failure prints its seed and the shortest history.
 */
const WALKS = { seed: Number(process.env.WALK_SEED ?? 20_300_101), numRuns: 20 };

const HISTORIES = fc.array(fc.nat(1_000), { minLength: 30, maxLength: 80 });

const OLD = { id: "k1", material: Buffer.alloc(32, 1) };
const NEW = { id: "k2", material: Buffer.alloc(32, 2) };
const LIMITS = { attempts: 3, maxFailedLogins: 40 };
/** A rolling deployment: some replicas derive with the new key already. */
const REPLICAS = [
  { keyring: new Keyring([OLD, NEW]), limits: LIMITS },
  { keyring: new Keyring([NEW, OLD]), limits: LIMITS },
  { keyring: new Keyring([NEW, OLD]), limits: LIMITS },
];

const ADVERSARY: Adversary = {
  requests: 40,
  concurrent: 3,
  faults: true,
  storesLate: false,
  ambiguous: true,
};

/** Follows one history and checks at every quiet moment that two undisturbed calls repair all. */
async function walk(world: World, adversary: Adversary, choices: readonly number[]) {
  const run = runner(world);
  let state: State = startOf(world);
  const history: string[] = [];
  let outages = 0;
  for (const choice of choices) {
    const moves = await movesFrom(state, world, adversary, run);
    const move = moves[choice % moves.length];
    if (!move) break;
    history.push(move[0]);
    state = move[1];
    if (!serves(world, state.store, state.target)) outages += 1;
    if (state.flights.length === 0 && !(await recovers(world, run, state)))
      return { lockedOut: true, outages, history };
  }
  const abandoned = { ...state, flights: [] };
  return { lockedOut: !(await recovers(world, run, abandoned)), outages, history };
}

async function expectNoLockout(name: WorldName, adversary: Adversary, mayBeOut: boolean) {
  const base = WORLDS[name];
  const world: World = { ...base, target: picky(base.target), replicas: REPLICAS };
  await fc.assert(
    fc.asyncProperty(HISTORIES, async (choices) => {
      const { lockedOut, outages, history } = await walk(world, adversary, choices);
      expect({ lockedOut, history: lockedOut ? history : [] }).toEqual({
        lockedOut: false,
        history: [],
      });
      if (!mayBeOut)
        expect({ outages, history: outages ? history : [] }).toEqual({
          outages: 0,
          history: [],
        });
    }),
    WALKS,
  );
}

test.each([
  "single",
  "single, changed by an admin",
  "alternating",
] as const)("%s is never locked out, also with restored targets and stores", async (name) => {
  await expectNoLockout(name, { ...ADVERSARY, restores: true }, true);
});

test.each([
  "alternating",
  "dual-password",
] as const)("%s is never locked out and never out", async (name) => {
  await expectNoLockout(name, ADVERSARY, false);
});

test("random is found to be locked out", async () => {
  const walks = fc.sample(HISTORIES, { ...WALKS, numRuns: 5 });
  const found = await Promise.all(walks.map((way) => walk(WORLDS.random, ADVERSARY, way)));
  expect(found.filter(({ lockedOut }) => lockedOut).length).toBeGreaterThan(0);
});
