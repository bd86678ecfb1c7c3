import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Credential, Probe } from "../../../../rotator/systems/system.ts";
import { MemorySystem } from "./memory-system.ts";
import { callsUntilAnswered, jumpingClock, rotatorFor } from "./rotate.ts";

const FIRST = { system: "app", username: "svc", password: "first-password" };
const WINDOW_MS = 900_000;
/** A product that counts failed logins anew some time after the last one. */
class Forgetting extends MemorySystem {
  readonly clock = jumpingClock();
  #last = 0;

  constructor(password = "first-password") {
    super({ svc: password });
  }

  override async probe(credential: Credential): Promise<Probe> {
    const now = this.clock.monotonic();
    if (now - this.#last >= WINDOW_MS) this.failedInARow = 0;
    const probe = await super.probe(credential);
    if (probe.result !== "valid") this.#last = now;
    return probe;
  }
}

const made = (n: number) => ({ ...FIRST, password: `made-up-${n}` });
const withPassword = (payload: string, password: string) =>
  JSON.stringify({ ...JSON.parse(payload), password });

/** A payload after as many rotations as asked for, made by other processes, and all before it. */
async function history(system: Forgetting, rotations: number): Promise<string[]> {
  const stored = [JSON.stringify(FIRST)];
  for (let count = 0; count < rotations; count += 1) {
    const { rotate } = rotatorFor(system, { clock: system.clock });
    stored.push((await rotate(stored.at(-1))).payload);
  }
  return stored;
}

describe("the right payload", () => {
  test.each([3, 4, 8])("is let through after a wrong one, with a limit of %i", async (limit) => {
    for (const wrong of [made(1), undefined]) {
      const system = new Forgetting();
      const stored = await history(system, 8);
      const limits = { maxFailedLogins: limit };
      const { rotate } = rotatorFor(system, { clock: system.clock, limits });
      // Made up by hand, or so old that no search reaches the account.
      await expect(rotate(wrong ?? stored[1])).rejects.toMatchObject({ code: "out_of_sync" });
      expect(await rotate(stored.at(-1))).toMatchObject({ outcome: "rotated", generation: 9 });
      expect(system.worstRow).toBeLessThanOrEqual(limit);
    }
  });

  test("is let through whatever else comes, as soon as this process has rotated the item", async () => {
    const call = fc.oneof(
      fc.record({ kind: fc.constant("made up" as const), n: fc.nat(5) }),
      fc.record({ kind: fc.constant("edited" as const), n: fc.nat(5) }),
      fc.record({ kind: fc.constant("old" as const), n: fc.nat(11) }),
      fc.record({ kind: fc.constant("time passes" as const), n: fc.nat(1_200_000) }),
      fc.record({ kind: fc.constant("right" as const), n: fc.boolean() }),
    );
    const before = new Forgetting();
    const old = await history(before, 12);
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 25 }), async (calls) => {
        const system = new Forgetting(before.accounts.get("svc"));
        const { rotate } = rotatorFor(system, { clock: system.clock });
        let stored = (await rotate(old.at(-1))).payload;
        for (const { kind, n } of [...calls, { kind: "right", n: true } as const]) {
          if (kind === "time passes") await system.clock.sleep(n);
          else if (kind === "made up") await rotate(made(n)).catch(() => {});
          else if (kind === "edited")
            await rotate(withPassword(stored, `edited-${n}`)).catch(() => {});
          else if (kind === "old") await rotate(old[n]).catch(() => {});
          else {
            const { payload } = await rotate(stored);
            // An answer may be lost: the same payload comes again.
            if (n) stored = payload;
          }
          expect(system.worstRow).toBeLessThanOrEqual(4);
        }
        expect(system.accounts.get("svc")).toBe(JSON.parse(stored).password);
      }),
      { numRuns: 40 },
    );
  });

  test("waits once at most where a process has seen nothing yet and others come all the time", async () => {
    const system = new Forgetting();
    const right = (await history(system, 8)).at(-1);
    const { rotate } = rotatorFor(system, { clock: system.clock });
    const attack = async () => {
      for (let n = 0; n < 4; n += 1) await rotate(made(n)).catch(() => {});
    };
    await attack();
    await expect(rotate(right)).rejects.toThrow("The rotator waits another");
    await system.clock.sleep(WINDOW_MS);
    await attack();
    expect(await rotate(right)).toMatchObject({ outcome: "rotated" });
    expect(system.worstRow).toBeLessThanOrEqual(4);
  });

  test("is let through where another replica has rotated since", async () => {
    const system = new Forgetting();
    const { rotate } = rotatorFor(system, { clock: system.clock });
    const other = rotatorFor(system, { clock: system.clock });
    let stored = (await rotate(FIRST)).payload;
    for (let rotation = 0; rotation < 3; rotation += 1)
      stored = (await other.rotate(stored)).payload;
    await expect(rotate(made(1))).rejects.toMatchObject({ code: "out_of_sync" });
    await expect(rotate(made(2))).rejects.toThrow("The rotator waits another");
    expect(await rotate(stored)).toMatchObject({ outcome: "rotated", generation: 5 });
    expect(system.worstRow).toBeLessThanOrEqual(4);
  });

  test("is let through when a person has repaired the item", async () => {
    const system = new Forgetting();
    const { rotate } = rotatorFor(system, { clock: system.clock });
    const { payload } = await rotate(FIRST);
    system.accounts.set("svc", "set-by-a-person");
    await expect(rotate(payload)).rejects.toMatchObject({ code: "out_of_sync" });
    const repaired = withPassword(payload, "set-by-a-person");
    expect(await rotate(repaired)).toMatchObject({ outcome: "rotated" });
  });

  test("costs no failed login where its answer was lost in this process, however long ago", async () => {
    const system = new Forgetting();
    const { rotate } = rotatorFor(system, { clock: system.clock });
    const { payload } = await rotate(FIRST);
    await rotate((await rotate(payload)).payload);
    const before = system.failedLogins;
    // Two generations behind: put back by somebody else.
    expect(await rotate(payload)).toMatchObject({ outcome: "replayed", generation: 3 });
    expect(system.failedLogins).toBe(before);
  });
});

describe("a lost answer", () => {
  test.each([2, 3, 4])("is found at once by another process, with a limit of %i", async (limit) => {
    const system = new Forgetting();
    await rotatorFor(system, { clock: system.clock }).rotate(FIRST);
    const limits = { maxFailedLogins: limit };
    const { rotate } = rotatorFor(system, { clock: system.clock, limits });
    expect(await rotate(FIRST)).toMatchObject({ outcome: "replayed" });
  });
});

describe("a system that was restored", () => {
  test.each([
    [2, 3],
    [3, 3],
    [4, 2],
  ])("by one generation is found, with a limit of %i in %i calls", async (limit, most) => {
    const system = new Forgetting();
    const stored = await history(system, 3);
    system.accounts.set("svc", JSON.parse(stored[2] ?? "").password);
    const limits = { maxFailedLogins: limit };
    const { rotate, rest } = rotatorFor(system, { clock: system.clock, limits });
    const { answer, calls } = await callsUntilAnswered(() => rotate(stored[3]), rest);
    expect(answer?.outcome).toBe("restored");
    expect(calls).toBeLessThanOrEqual(most);
  });
});

describe("a wrong payload", () => {
  test("that comes again has the last login only after the rest", async () => {
    const system = new Forgetting();
    const { rotate } = rotatorFor(system, { clock: system.clock });
    await expect(rotate(made(1))).rejects.toMatchObject({ code: "out_of_sync" });
    expect(system.failedLogins).toBe(3);
    await expect(rotate(made(1))).rejects.toThrow("The rotator waits another");
    expect(system.failedLogins).toBe(3);
    await system.clock.sleep(WINDOW_MS);
    await expect(rotate(made(1))).rejects.toMatchObject({ code: "out_of_sync" });
    expect(system.failedLogins).toBe(7);
  });
});

describe("a key", () => {
  test("that is right is let through after a wrong one", async () => {
    const system = new Forgetting();
    const keys = {
      create: async (_: unknown, name: string) => {
        const key = { username: "svc", password: `secret of ${name}` };
        system.accounts.set("svc", key.password);
        return { result: "created" as const, key };
      },
      revoke: async () => ({ result: "revoked" as const }),
    };
    const { rotate } = rotatorFor(Object.assign(system, { keys }), { clock: system.clock });
    const bound = { strategy: "key-pair" as const };
    for (let n = 0; n < 6; n += 1)
      await expect(rotate(made(n), bound)).rejects.toMatchObject({ code: "out_of_sync" });
    expect(system.failedLogins).toBe(4);
    await system.clock.sleep(WINDOW_MS);
    const { payload } = await rotate(FIRST, bound);
    for (let n = 0; n < 6; n += 1)
      await expect(rotate(made(n), bound)).rejects.toMatchObject({ code: "out_of_sync" });
    expect(await rotate(payload, bound)).toMatchObject({ outcome: "rotated" });
    expect(system.worstRow).toBeLessThanOrEqual(4);
  });
});
