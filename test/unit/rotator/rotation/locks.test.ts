import { describe, expect, test } from "vitest";
import type { RotationDependencies } from "../../../../rotator/rotation/dependencies.ts";
import { HeldLocks } from "../../../../rotator/rotation/locks.ts";
import type { SharedLock } from "../../../../rotator/systems/shared-lock.ts";
import type { Change, Credential, Probe } from "../../../../rotator/systems/system.ts";
import { VirtualClock } from "../../../harness/virtual-clock.ts";
import { MemorySystem } from "./memory-system.ts";
import { rotatorFor } from "./rotate.ts";

const FIRST = { system: "app", username: "svc", password: "first-password" };

/** Stands still in a change until it is let go. */
class Waiting extends MemorySystem {
  letGo: () => void = () => {};
  readonly #gate = new Promise<void>((resolve) => {
    this.letGo = resolve;
  });
  override async change(current: Credential, next: Credential): Promise<Change> {
    await this.#gate;
    return super.change(current, next);
  }
}

describe("two requests at once", () => {
  test("equal ones share one rotation and its answer", async () => {
    const system = new Waiting({ svc: "first-password" });
    const { rotate, steps } = rotatorFor(system);
    const both = [rotate(FIRST), rotate(FIRST), rotate(FIRST)];
    system.letGo();
    const [one, two, three] = await Promise.all(both);
    expect(two).toEqual(one);
    expect(three).toEqual(one);
    expect(system.calls).toEqual(["probe", "change", "probe"]);
    expect(steps.filter(({ outcome }) => outcome === "joined")).toHaveLength(2);
  });

  test("different ones for the same account do not run at the same time", async () => {
    const system = new Waiting({ svc: "first-password" });
    const { rotate } = rotatorFor(system);
    const running = rotate(FIRST);
    await expect(rotate({ ...FIRST, note: "other" })).rejects.toMatchObject({
      code: "busy",
    });
    system.letGo();
    const { payload } = await running;
    expect(await rotate(payload)).toMatchObject({ outcome: "rotated" });
  });

  test("those for other accounts do not wait", async () => {
    const system = new Waiting({ svc: "first-password", "svc-a": "first-password" });
    const { rotate } = rotatorFor(system);
    const both = [rotate(FIRST), rotate({ ...FIRST, username: "svc-a" })];
    system.letGo();
    expect(await Promise.all(both)).toHaveLength(2);
  });

  test("a failed rotation frees the account", async () => {
    const system = new MemorySystem({ svc: "other" });
    const { rotate, rest } = rotatorFor(system);
    await expect(rotate(FIRST)).rejects.toMatchObject({ code: "out_of_sync" });
    await rest();
    system.accounts.set("svc", "first-password");
    expect(await rotate(FIRST)).toMatchObject({ outcome: "rotated" });
  });
});

describe("a lock that replicas share", () => {
  const lockThat = (tryAcquire: SharedLock["tryAcquire"]): SharedLock => ({ tryAcquire });

  test("is held during the rotation and released after it", async () => {
    const seen: string[] = [];
    const sharedLock = lockThat(async (key) => {
      seen.push(`take ${key}`);
      return async () => void seen.push("release");
    });
    const system = new MemorySystem({ svc: "first-password" });
    await rotatorFor(system, { sharedLock }).rotate(FIRST);
    await expect(rotatorFor(system, { sharedLock }).rotate("{}")).rejects.toThrow();
    expect(seen).toEqual(['take ["app","svc"]', "release"]);
  });

  test("is held until its release, although a later step takes too long", async () => {
    const clock = new VirtualClock(0);
    let held = false;
    const sharedLock = lockThat(async (_, signal) => {
      held = true;
      const free = () => {
        held = false;
      };
      signal.addEventListener("abort", free);
      return async () => free();
    });
    const seen: boolean[] = [];
    class Late extends MemorySystem {
      override async probe(credential: Credential): Promise<Probe> {
        seen.push(held);
        return super.probe(credential);
      }
      override async change(_: Credential, next: Credential): Promise<Change> {
        await clock.sleep(10_500);
        seen.push(held);
        await this.set(next);
        return { result: "changed" };
      }
    }
    const system = new Late({ svc: "first-password" });
    const limits = { propagationMs: 1_000 };
    const rotation = rotatorFor(system, { clock, sharedLock, limits }).rotate(FIRST);
    for (let turn = 0; turn < 400; turn++) await clock.advance(50);
    expect(await rotation).toMatchObject({ outcome: "rotated" });
    expect(seen.length).toBeGreaterThan(3);
    expect(seen).not.toContain(false);
    expect(held).toBe(false);
  });

  test("held elsewhere means busy, without a login", async () => {
    const system = new MemorySystem({ svc: "first-password" });
    const sharedLock = lockThat(async () => undefined);
    await expect(rotatorFor(system, { sharedLock }).rotate(FIRST)).rejects.toMatchObject({
      code: "busy",
    });
    expect(system.calls).toEqual([]);
  });

  test("that is broken stops no rotation", async () => {
    const system = new MemorySystem({ svc: "first-password" });
    const sharedLock = lockThat(async () => {
      throw new Error("no connection");
    });
    const { rotate, steps } = rotatorFor(system, { sharedLock });
    expect(await rotate(FIRST)).toMatchObject({ outcome: "rotated" });
    expect(steps).toContainEqual(expect.objectContaining({ step: "lock", outcome: "unavailable" }));
  });

  /** A lock in memory, and who holds it. */
  const locksInMemory = () => {
    const held = new Set<string>();
    const sharedLock = lockThat(async (key) => {
      if (held.has(key)) return undefined;
      held.add(key);
      return async () => void held.delete(key);
    });
    return { held, sharedLock };
  };

  /** A rotator whose first login gets no answer before the test says so. */
  const unanswered = (options: Partial<RotationDependencies>) => {
    let answer = () => {};
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    class Slow extends MemorySystem {
      override async probe(credential: Credential): Promise<Probe> {
        const probe = super.probe(credential);
        await asked;
        return probe;
      }
    }
    const system = new Slow({ svc: "other" });
    return { system, answer, ...rotatorFor(system, options) };
  };

  test("is kept while the account has failed logins: replicas together make no fifth in a row", async () => {
    const clock = new VirtualClock(0);
    const { held, sharedLock } = locksInMemory();
    const system = new MemorySystem({ svc: "set-by-somebody" });
    const replicas = [1, 2, 3].map(() => rotatorFor(system, { clock, sharedLock }));
    for (const password of ["first", "second", "third"])
      for (const { rotate } of replicas)
        await expect(rotate({ ...FIRST, password })).rejects.toMatchObject({
          code: expect.stringMatching("out_of_sync|busy"),
        });
    expect(system.worstRow).toBeLessThanOrEqual(4);
    const [, two] = replicas;
    await expect(two?.rotate(FIRST)).rejects.toThrow(/^Another replica .* has forgotten/);
    await clock.advance(900_000);
    expect(held.size).toBe(0);
    system.failedInARow = 0;
    system.accounts.set("svc", "first-password");
    expect(await two?.rotate(FIRST)).toMatchObject({ outcome: "rotated" });
    expect(held.size).toBe(0);
  });

  test("is the holder's to use again, until a login works", async () => {
    const clock = new VirtualClock(0);
    const { held, sharedLock } = locksInMemory();
    const system = new MemorySystem({ svc: "set-by-somebody" });
    const { rotate } = rotatorFor(system, { clock, sharedLock });
    await expect(rotate(FIRST)).rejects.toMatchObject({ code: "out_of_sync" });
    expect(held.size).toBe(1);
    await expect(rotate(FIRST)).rejects.toThrow("waits another");
    expect(held.size).toBe(1);
    system.accounts.set("svc", "right-password");
    expect(await rotate({ ...FIRST, password: "right-password" })).toMatchObject({
      outcome: "rotated",
    });
    expect(held.size).toBe(0);
  });

  test("is kept for 16 accounts at once, the latest", async () => {
    const { held, sharedLock } = locksInMemory();
    const names = Array.from({ length: 17 }, (_, index) => `svc-${index}`);
    const system = new MemorySystem(Object.fromEntries(names.map((name) => [name, "other"])));
    const { rotate } = rotatorFor(system, { sharedLock });
    for (const username of names)
      await expect(rotate({ ...FIRST, username }, { usernames: names })).rejects.toThrow();
    expect([...held]).toEqual(names.slice(1).map((name) => JSON.stringify(["app", name])));
  });

  test("is given back where a reload has put another lock in its place meanwhile", async () => {
    const clock = new VirtualClock(0);
    const heldLocks = new HeldLocks(clock);
    const [before, after] = [locksInMemory(), locksInMemory()];
    const { system, answer, rotate } = unanswered({ clock, memory: { heldLocks }, ...before });
    const old = rotate(FIRST);
    await expect.poll(() => system.calls).toEqual(["probe"]);
    const reloaded = rotatorFor(new MemorySystem({ svc: "other" }), {
      ...{ clock, memory: { heldLocks }, ...after },
    });
    await expect(reloaded.rotate(FIRST)).rejects.toMatchObject({ code: "out_of_sync" });
    answer();
    await expect(old).rejects.toMatchObject({ code: "out_of_sync" });
    await clock.advance(900_000);
    expect([before.held.size, after.held.size]).toEqual([0, 0]);
  });

  test("is taken anew where it was lost, while it was kept or before", async () => {
    for (const while_ of ["kept", "rotating"]) {
      const clock = new VirtualClock(0);
      let lose = () => {};
      let holder = "";
      const lockOf = (replica: string) =>
        lockThat(async (_key, _signal, onLost) => {
          if (holder !== "") return undefined;
          holder = replica;
          lose = () => {
            holder = "another";
            onLost?.();
          };
          return async () => {
            holder = "";
          };
        });
      const { system, answer, rotate } = unanswered({ clock, sharedLock: lockOf("this") });
      const first = rotate(FIRST);
      await expect.poll(() => system.calls).toEqual(["probe"]);
      if (while_ === "rotating") lose();
      answer();
      await expect(first).rejects.toMatchObject({ code: "out_of_sync" });
      if (while_ === "kept") lose();
      const { length } = system.calls;
      holder = "another";
      await expect(rotate({ ...FIRST, note: "again" }), while_).rejects.toThrow(/^Another replica/);
      expect(system.calls).toHaveLength(length);
      await clock.advance(900_000);
      expect(holder, while_).toBe("another");
    }
  });

  test("is not kept by a rotation that outlives its process's stop", async () => {
    const clock = new VirtualClock(0);
    const heldLocks = new HeldLocks(clock);
    const { held, sharedLock } = locksInMemory();
    const { system, answer, rotate } = unanswered({ clock, memory: { heldLocks }, sharedLock });
    const cut = rotate(FIRST);
    await expect.poll(() => system.calls).toEqual(["probe"]);
    await heldLocks.close();
    answer();
    await expect(cut).rejects.toMatchObject({ code: "out_of_sync" });
    expect(held.size).toBe(0);
  });
});
