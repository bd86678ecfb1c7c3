import { describe, expect, test } from "vitest";
import { explore, type Findings } from "./explore.ts";
import type { Adversary } from "./moves.ts";
import { WORLDS, type WorldName } from "./worlds.ts";

/**
 * Small-scope proof over the real rotation code: every state that the adversary can bring about
 * is visited. `lockouts` asks more than "some known password still logs in": two undisturbed calls
 * of the real code must end with store and target in agreement.
 */

/** An ordinary HTTP caller, as gateways are: gives up on a call, and then ignores its answer. */
const ORDINARY: Adversary = { requests: 5, concurrent: 2, faults: true, storesLate: false };
const SERIAL: Adversary = { ...ORDINARY, requests: 3, concurrent: 1 };
const UNHEARD: Adversary = { ...ORDINARY, requests: 3, ambiguous: true };
/** Stores each answer whenever it comes, also behind newer ones. */
const HOSTILE: Adversary = { ...ORDINARY, requests: 4, storesLate: true };
const FLAWLESS: Adversary = { ...ORDINARY, requests: 4, faults: false };

const DERIVED: WorldName[] = [
  "single",
  "single, changed by an admin",
  "alternating",
  "alternating, changed by an admin",
  "dual-password",
];

/** Explored once, looked at from several sides. */
const explored = new Map<string, Promise<Omit<Findings, "history"> & { history: string }>>();

function findingsOf(world: WorldName, adversary: Adversary) {
  const key = JSON.stringify([world, adversary]);
  const findings =
    explored.get(key) ??
    explore(WORLDS[world], adversary).then(({ history = [], ...counts }) => ({
      ...counts,
      history: history.join(" | "),
    }));
  explored.set(key, findings);
  return findings;
}

describe("no lock-out", () => {
  test.each(DERIVED)("%s: crashes, lost answers, duplicates, two at once", async (world) => {
    const found = await findingsOf(world, ORDINARY);
    expect(found).toMatchObject({ lockouts: 0, history: "" });
    expect(found.states).toBeGreaterThan(1_000);
  });

  test.each(DERIVED)("%s: changes of which nobody hears", async (world) => {
    expect(await findingsOf(world, UNHEARD)).toMatchObject({ lockouts: 0 });
  });

  test.each(DERIVED)("%s: late answers that are stored over newer ones", async (world) => {
    expect(await findingsOf(world, HOSTILE)).toMatchObject({ lockouts: 0 });
  });

  test("key-pair with three places, or with two, also without a lock", async () => {
    const four = { ...ORDINARY, requests: 4 };
    expect(await findingsOf("key-pair, three places", four)).toMatchObject({ lockouts: 0 });
    const locked = { ...ORDINARY, locked: true };
    expect(await findingsOf("key-pair, two places", locked)).toMatchObject({ lockouts: 0 });
    expect(await findingsOf("key-pair, two places", four)).toMatchObject({ lockouts: 0 });
    expect(await findingsOf("key-pair, two places", SERIAL)).toMatchObject({ lockouts: 0 });
  });
});

describe("no outage", () => {
  test.each([
    ["alternating", ORDINARY],
    ["alternating", UNHEARD],
    ["dual-password", ORDINARY],
    ["dual-password", UNHEARD],
    ["alternating, changed by an admin", { ...ORDINARY, locked: true }],
    ["key-pair, two places", SERIAL],
    ["key-pair, two places", { ...ORDINARY, requests: 3 }],
    ["key-pair, three places", { ...ORDINARY, locked: true }],
  ] as const)("%s: what is served always logs in", async (world, adversary) => {
    expect(await findingsOf(world, adversary)).toMatchObject({ outages: 0 });
  });
});

describe("every answer", () => {
  test.each([
    ...DERIVED,
    "key-pair, three places",
    "random",
  ] as const)("%s: carries what has just logged in", async (world) => {
    const adversary = { ...ORDINARY, requests: world.startsWith("key-pair") ? 4 : 5 };
    expect(await findingsOf(world, adversary)).toMatchObject({ unproved: 0 });
  });

  test.each(DERIVED)("%s: is the same for the same payload, on any replica", async (world) => {
    expect(await findingsOf(world, ORDINARY)).toMatchObject({ disagreements: 0 });
    expect(await findingsOf(world, HOSTILE)).toMatchObject({ disagreements: 0 });
  });
});

describe("no silent divergence", () => {
  test.each(["single", "alternating", "dual-password"] as const)("%s", async (world) => {
    expect(await findingsOf(world, FLAWLESS)).toMatchObject({ silent: 0 });
  });

  test.each([
    "single, changed by an admin",
    "alternating, changed by an admin",
  ] as const)("%s: with one lock", async (world) => {
    expect(await findingsOf(world, { ...FLAWLESS, locked: true })).toMatchObject({ silent: 0 });
  });
});

describe("the model finds what is known to be there", () => {
  test("random locks out, even one request at a time", async () => {
    const found = await findingsOf("random", SERIAL);
    expect(found.lockouts).toBeGreaterThan(0);
    expect(found.history).toBe("begin | probe 0: valid | change 0: changed | crash 0");
  });

  test("random diverges with two requests at once, although nothing fails", async () => {
    const { silent, disagreements } = await findingsOf("random", FLAWLESS);
    expect(silent).toBeGreaterThan(0);
    expect(disagreements).toBeGreaterThan(0);
  });

  test("one password at a time has outages between change and answer", async () => {
    expect((await findingsOf("single", SERIAL)).outages).toBeGreaterThan(0);
  });

  test("an admin's change compares nothing: replicas without a lock can diverge", async () => {
    const found = await findingsOf("single, changed by an admin", { ...FLAWLESS, requests: 5 });
    expect(found.silent).toBeGreaterThan(0);
  });
});
