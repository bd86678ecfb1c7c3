import { setTimeout as realPause } from "node:timers/promises";
import { expect, test } from "vitest";
import { createRotation } from "../../../../rotator/rotation/create-rotation.ts";
import type { RotationDependencies } from "../../../../rotator/rotation/dependencies.ts";
import { rotateInTurn } from "../../../../rotator/rotation/rotate-in-turn.ts";
import type { SharedLock } from "../../../../rotator/systems/shared-lock.ts";
import type { Change, Credential, Probe, StepContext } from "../../../../rotator/systems/system.ts";
import { VirtualClock } from "../../../harness/virtual-clock.ts";
import { MemorySystem } from "./memory-system.ts";
import { KEYRING, rotatorFor } from "./rotate.ts";

/** A product that takes its time for each call, `lanes` of them at once; the rest queue up in it. */
class SlowProduct extends MemorySystem {
  readonly #clock: VirtualClock;
  readonly #ms: number;
  readonly #lanes: number[];
  under = 0;
  most = 0;

  constructor(accounts: Record<string, string>, clock: VirtualClock, ms: number, lanes: number) {
    super(accounts);
    this.#clock = clock;
    this.#ms = ms;
    this.#lanes = Array.from({ length: lanes }, () => 0);
  }

  /** What has been asked for happens, even when nobody waits for the answer any more. */
  async #inLane<T>(work: () => Promise<T>): Promise<T> {
    this.under += 1;
    this.most = Math.max(this.most, this.under);
    const now = this.#clock.now();
    const lane = this.#lanes.indexOf(Math.min(...this.#lanes));
    const end = Math.max(now, this.#lanes[lane] ?? 0) + this.#ms;
    this.#lanes[lane] = end;
    await this.#clock.sleep(end - now);
    this.under -= 1;
    return work();
  }

  override probe(credential: Credential): Promise<Probe> {
    return this.#inLane(() => super.probe(credential));
  }

  override change(current: Credential, next: Credential, _?: StepContext): Promise<Change> {
    return this.#inLane(() => super.change(current, next));
  }
}

/** Moves the clock until the work has ended; between moves, what is computed beside it gets its time. */
async function passTime<T>(clock: VirtualClock, work: Promise<T>, stepMs = 50): Promise<T> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  work.then(end, end);
  for (let step = 0; step < 3_000 && !ended; step++) {
    await clock.advance(stepMs);
    await realPause(1);
  }
  return work;
}

const users = (count: number) => Array.from({ length: count }, (_, index) => `user-${index}`);

/** Rotates every account of a slow product at the same moment. */
async function rotateAll(
  count: number,
  product: { ms: number; lanes: number; maxConcurrent?: number },
  replicas: { rotators: number; sharedLock?: SharedLock } = { rotators: 1 },
) {
  const clock = new VirtualClock();
  const names = users(count);
  const accounts = Object.fromEntries(names.map((name) => [name, "first-password"]));
  const system = new SlowProduct(accounts, clock, product.ms, product.lanes);
  const { maxConcurrent } = product;
  const target = { system, ...(maxConcurrent !== undefined && { maxConcurrent }) };
  const { sharedLock } = replicas;
  const parts: RotationDependencies = {
    keyring: KEYRING,
    systems: new Map([["app", target]]),
    clock,
    ...(sharedLock && { sharedLock }),
  };
  const rotators = Array.from({ length: replicas.rotators }, () =>
    rotateInTurn(createRotation(parts), parts),
  );
  const { request } = rotatorFor(system);
  const all = Promise.allSettled(
    names.map((username, index) =>
      (rotators[index % rotators.length] as (typeof rotators)[number]).rotate({
        ...request({ system: "app", username, password: "first-password" }, { usernames: names }),
        item: `/prod/${username}`,
      }),
    ),
  );
  const results = await passTime(clock, all, product.ms);
  const codes: Record<string, number> = {};
  let dead = 0;
  results.forEach((result, index) => {
    const code = result.status === "fulfilled" ? "ok" : (result.reason as { code: string }).code;
    codes[code] = (codes[code] ?? 0) + 1;
    const stored =
      result.status === "fulfilled"
        ? (JSON.parse(result.value.payload) as Credential).password
        : "first-password";
    if (system.accounts.get(`user-${index}`) !== stored) dead += 1;
  });
  return { codes, dead, most: system.most, calls: system.calls.length };
}

test.each([
  50, 1_000, 2_500,
])("500 items at once of a parallel system that takes %i ms: all are rotated", async (ms) => {
  const { codes, dead } = await rotateAll(500, { ms, lanes: 1_000, maxConcurrent: 256 });
  expect(codes).toEqual({ ok: 500 });
  expect(dead).toBe(0);
});

test("500 items at once of a system that serializes: what does not fit is refused unsent, none is dead", async () => {
  const { codes, dead, most, calls } = await rotateAll(500, { ms: 50, lanes: 1, maxConcurrent: 1 });
  expect(Object.keys(codes).sort()).toEqual(["ok", "system_busy"]);
  // A wait of 15 s, three calls of 50 ms each.
  expect(codes.ok).toBeGreaterThanOrEqual(100);
  expect({ dead, most }).toEqual({ dead: 0, most: 1 });
  expect(calls).toBe(3 * (codes.ok ?? 0));
});

test("without the bound such a system leaves dead passwords: the test can tell", async () => {
  const { dead } = await rotateAll(500, { ms: 50, lanes: 1, maxConcurrent: 500 });
  expect(dead).toBeGreaterThan(0);
});

test("a small bound is that of all replicas together, where they share a lock", async () => {
  const held = new Set<string>();
  const sharedLock: SharedLock = {
    async tryAcquire(key) {
      if (held.has(key)) return undefined;
      held.add(key);
      return async () => void held.delete(key);
    },
  };
  const product = { ms: 50, lanes: 1, maxConcurrent: 1 };
  const { codes, dead, most } = await rotateAll(20, product, { rotators: 2, sharedLock });
  expect({ codes, dead, most }).toEqual({ codes: { ok: 20 }, dead: 0, most: 1 });
  expect(held.size).toBe(0);
});

test("turns are handed on in the order of asking; equal requests share one", async () => {
  const clock = new VirtualClock();
  const system = new SlowProduct({ "user-0": "p", "user-1": "p", "user-2": "p" }, clock, 100, 9);
  const parts = {
    keyring: KEYRING,
    systems: new Map([["app", { system, maxConcurrent: 1 }]]),
    clock,
  };
  const rotation = rotateInTurn(createRotation(parts), parts);
  const { request } = rotatorFor(system);
  const ended: string[] = [];
  const rotate = (username: string) =>
    rotation
      .rotate({
        ...request({ system: "app", username, password: "p" }, { usernames: [username] }),
        item: username,
      })
      .then(({ payload }) => {
        ended.push(username);
        return payload;
      });
  const all = Promise.all(["user-2", "user-0", "user-0", "user-1"].map(rotate));
  const [, first, second] = await passTime(clock, all);
  expect(second).toBe(first);
  expect(ended).toEqual(["user-2", "user-0", "user-0", "user-1"]);
  expect(system.calls.length).toBe(9);
});

test("a rotation that waits ends at once when the rotator stops, and one that cannot be does not wait", async () => {
  const clock = new VirtualClock();
  const system = new SlowProduct({ svc: "p", "svc-a": "p" }, clock, 100, 9);
  const parts = {
    keyring: KEYRING,
    systems: new Map([["app", { system, maxConcurrent: 1 }]]),
    clock,
  };
  const rotation = rotateInTurn(createRotation(parts), parts);
  const { request } = rotatorFor(system);
  const running = rotation.rotate(request({ system: "app", username: "svc", password: "p" }));
  const stop = new AbortController();
  const waiting = rotation.rotate({
    ...request({ system: "app", username: "svc-a", password: "p" }),
    signal: stop.signal,
  });
  await expect(rotation.rotate(request("no JSON"))).rejects.toMatchObject({
    code: "payload_invalid",
  });
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ code: "stopping" });
  expect(await passTime(clock, running)).toMatchObject({ outcome: "rotated" });
});
