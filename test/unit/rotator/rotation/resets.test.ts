import { describe, expect, test } from "vitest";
import type { Change, Credential, Probe } from "../../../../rotator/systems/system.ts";
import { AdministeredSystem, MemorySystem } from "./memory-system.ts";
import { callsUntilAnswered, jumpingClock, rotatorFor } from "./rotate.ts";

const FIRST = { system: "app", username: "svc", password: "first-password" };
const DAY_MS = 86_400_000;
const MANY = { limits: { maxFailedLogins: 30 } };

const resets = ({ calls }: MemorySystem) => calls.filter((call) => call === "reconcile").length;

describe("an admin's reset", () => {
  test("needs a payload that a rotator has written for the item", async () => {
    const system = new AdministeredSystem({ svc: "set-by-somebody" });
    const { rotate } = rotatorFor(system, MANY);
    // Anybody with a token of the item can send such a payload.
    const rejection = rotate({ ...FIRST, password: "made-up" }, { reconcile: true });
    await expect(rejection).rejects.toThrow(
      /repairs only what a rotator has set\. 8 of 8 passwords were tried; .* in 15 minutes/,
    );
    const without = rotate(
      { system: "app", username: "svc" },
      { reconcile: true, bootstrap: false },
    );
    await expect(without).rejects.toMatchObject({ code: "password_missing" });
    expect(resets(system)).toBe(0);
  });

  test("comes only after a complete search, which goes on from call to call", async () => {
    const system = new AdministeredSystem({ svc: "first-password" });
    const { rotate, rest } = rotatorFor(system);
    const { payload } = await rotate(FIRST);
    system.accounts.set("svc", "set-by-somebody");
    const first = rotate(payload, { reconcile: true });
    await expect(first).rejects.toThrow(
      /3 of \d+ were tried, and the admin credential sets one only .* in 15 minutes/,
    );
    expect(resets(system)).toBe(0);
    await rest();
    const { answer, calls } = await callsUntilAnswered(
      () => rotate(payload, { reconcile: true }),
      rest,
    );
    expect(answer?.outcome).toBe("reconciled");
    expect(calls).toBeGreaterThan(1);
    expect(system.worstRow).toBeLessThanOrEqual(4);
  });

  test.each([
    2, 3, 4,
  ])("keeps no login from a lost answer, with a limit of %i: it is found at once", async (maxFailedLogins) => {
    const system = new AdministeredSystem({ svc: "first-password" });
    const limits = { maxFailedLogins };
    const { payload } = await rotatorFor(system, { limits }).rotate(FIRST);
    const lost = await rotatorFor(system, { limits }).rotate(payload);
    const found = await rotatorFor(system, { limits }).rotate(payload, { reconcile: true });
    expect(found).toMatchObject({ outcome: "replayed", payload: lost.payload });
    expect(resets(system)).toBe(0);
  });

  test("comes in the end where only two logins may fail in a row", async () => {
    const system = new AdministeredSystem({ svc: "first-password" });
    const { rotate, rest } = rotatorFor(system, { limits: { maxFailedLogins: 2 } });
    const { payload } = await rotate(FIRST);
    system.accounts.set("svc", "set-by-somebody");
    const { answer } = await callsUntilAnswered(() => rotate(payload, { reconcile: true }), rest);
    expect(answer?.outcome).toBe("reconciled");
    expect(system.worstRow).toBeLessThanOrEqual(2);
  });

  test.each([
    ["without a declared interval", {}, 3],
    ["with a declared interval", { rotation_interval_s: 86_400 }, 20],
  ])("never happens to an account that has moved on from a stale payload, %s", async (_, more, days) => {
    const clock = jumpingClock();
    const system = new AdministeredSystem({ svc: "first-password" });
    const stored = [JSON.stringify({ ...FIRST, ...more })];
    for (let day = 0; day < days + 12; day += 1) {
      await clock.sleep(DAY_MS);
      const { payload } = await rotatorFor(system, { clock }).rotate(stored.at(-1));
      stored.push(payload);
    }
    const live = system.accounts.get("svc");
    // A process that has seen none of it gets the old payload.
    const { rotate, rest } = rotatorFor(system, { clock, ...MANY });
    for (const back of [4, days, days + 10]) {
      const stale = stored.at(-1 - back);
      const ended = await callsUntilAnswered(() => rotate(stale, { reconcile: true }), rest);
      expect(ended.answer?.outcome ?? "refused").not.toBe("reconciled");
      await rest();
    }
    expect(system.accounts.get("svc")).toBe(live);
    expect(resets(system)).toBe(0);
  });

  test("never happens to a payload that this process has seen a later one of", async () => {
    const system = new AdministeredSystem({ svc: "first-password" });
    const { rotate } = rotatorFor(system, MANY);
    const first = await rotate(FIRST);
    const second = await rotate(first.payload);
    system.accounts.set("svc", "set-by-somebody");
    const rejection = rotate(first.payload, { reconcile: true });
    await expect(rejection).rejects.toThrow(
      /may have moved on\. \d+ of \d+ passwords were tried; .* in 15 minutes/,
    );
    const unbegun = { system: "app", username: "svc" };
    await expect(rotate(unbegun)).rejects.toMatchObject({ code: "out_of_sync" });
    expect(resets(system)).toBe(0);
    expect(second.generation).toBe(2);
  });

  test.each([
    ["locked", "account_blocked"],
    ["disabled", "account_unusable"],
    ["expired", "account_unusable"],
    ["must_change", "account_unusable"],
  ] as const)("never happens to an account that is %s", async (account, code) => {
    class Stuck extends AdministeredSystem {
      stuck = false;
      override async probe(credential: Credential): Promise<Probe> {
        if (this.stuck) return { result: "unknown", reason: "refused", account };
        return super.probe(credential);
      }
    }
    const system = new Stuck({ svc: "first-password" });
    const { rotate, steps } = rotatorFor(system, MANY);
    const { payload } = await rotate(FIRST);
    system.stuck = true;
    await expect(rotate(payload, { reconcile: true })).rejects.toMatchObject({ code });
    expect(steps.filter(({ outcome }) => outcome === "unknown")).toHaveLength(1);
    const unbegun = { system: "app", username: "svc" };
    const anew = rotatorFor(system, MANY).rotate(unbegun, { bootstrap: true });
    await expect(anew).rejects.toMatchObject({ code });
    expect(resets(system)).toBe(0);
  });
});

describe("what a rotator wrote", () => {
  test("opens nothing in another item, unless the operator says that it was renamed", async () => {
    const system = new MemorySystem({ svc: "first-password" });
    const { rotation, request } = rotatorFor(system);
    const { payload } = await rotation.rotate(request(FIRST));
    const calls = system.calls.length;
    const elsewhere = { ...request(payload), item: "/other" };
    await expect(rotation.rotate(elsewhere)).rejects.toThrow("belongs to another item");
    expect(system.calls).toHaveLength(calls);
    const renamed = { ...request(payload, { formerly: ["/prod/app"] }), item: "/other" };
    expect(await rotation.rotate(renamed)).toMatchObject({ outcome: "rotated" });
  });

  test("opens nothing for another user", async () => {
    const system = new MemorySystem({ svc: "first-password", "svc-a": "first-password" });
    const { rotate } = rotatorFor(system);
    const payload = JSON.parse((await rotate(FIRST)).payload);
    const moved = { ...payload, username: "svc-a", password: "first-password" };
    await expect(rotate(moved)).rejects.toThrow("made for other users");
    const users = { ...payload._rotation, users: ["svc-a"] };
    await expect(rotate({ ...moved, _rotation: users })).rejects.toThrow("was changed");
  });

  test("is believed when it says when: nobody makes a stale payload look fresh", async () => {
    const { rotate } = rotatorFor(new MemorySystem({ svc: "first-password" }));
    const payload = JSON.parse((await rotate(FIRST)).payload);
    const fresh = { ...payload._rotation, at: "2031-01-01T00:00:00.000Z" };
    await expect(rotate({ ...payload, _rotation: fresh })).rejects.toThrow("was changed");
  });
});

describe("a change that is refused", () => {
  const refusing = (change: Change) => {
    const system = new MemorySystem({ svc: "first-password" });
    system.change = async () => {
      system.calls.push("change");
      return change;
    };
    return { system, ...rotatorFor(system) };
  };

  test.each([
    ["admin", "refused the admin's credential (HTTP 403, forbidden)"],
    ["account", "refused the account's credential (HTTP 403, forbidden)"],
    [undefined, "refused the change (HTTP 403, forbidden)"],
  ] as const)("says whose credential it was: %s", async (authority, sentence) => {
    const told = authority === undefined ? {} : { authority };
    const { rotate } = refusing({ result: "refused", reason: "forbidden", status: 403, ...told });
    await expect(rotate(FIRST)).rejects.toThrow(sentence);
  });

  test("since nothing was sent, is not repeated, costs no login, and says so", async () => {
    const { rotate, system } = refusing({ result: "refused", reason: "unbuildable", sent: false });
    await expect(rotate(FIRST)).rejects.toMatchObject({
      code: "change_not_sent",
      message: "The change could not be sent (unbuildable); nothing was changed.",
    });
    expect(system.calls).toEqual(["probe", "change"]);
    expect(system.failedLogins).toBe(0);
  });

  test("by the product's policy costs no failed login, and the current password is proved", async () => {
    const system = new MemorySystem({ svc: "first-password" });
    system.rejects = () => true;
    const { rotate } = rotatorFor(system);
    await expect(rotate(FIRST)).rejects.toMatchObject({ code: "policy_rejected" });
    expect(system.failedLogins).toBe(0);
    expect(system.calls.at(-1)).toBe("probe");
  });

  test("because of a symbol, is followed by an attempt without it", async () => {
    const policy = { ...PICKY, allowed_symbols: "!#%,:=_" };
    for (let account = 0; account < 20; account += 1) {
      const system = new MemorySystem({ svc: `first-${account}` });
      system.rejects = (password) => /[!#%,:=]/.test(password);
      const { rotate } = rotatorFor(system, { systems: new Map([["app", { system, policy }]]) });
      const answer = await rotate({ ...FIRST, password: `first-${account}` });
      expect(answer.outcome).toBe("rotated");
      expect(system.failedLogins).toBe(0);
    }
  });
});

const PICKY = {
  length: 32,
  lowercase: true,
  uppercase: true,
  numbers: true,
  symbols: true,
  allowed_symbols: "-._",
};

describe("the policy", () => {
  test("of a payload alone may not be weak; the operator's may", async () => {
    const weak = { length: 8, lowercase: false, uppercase: false, symbols: false };
    const system = new MemorySystem({ svc: "first-password" });
    const asked = { ...FIRST, policy: weak };
    await expect(rotatorFor(system).rotate(asked)).rejects.toThrow("less than 64 bits");
    const policy = { ...PICKY, ...weak };
    const systems = new Map([["app", { system, policy }]]);
    expect(await rotatorFor(system, { systems }).rotate(asked)).toMatchObject({
      outcome: "rotated",
    });
  });

  test("of a payload has every class that the operator asks for", async () => {
    const system = new MemorySystem({ svc: "first-password" });
    const systems = new Map([["app", { system, policy: PICKY }]]);
    await rotatorFor(system, { systems }).rotate({ ...FIRST, policy: { symbols: false } });
    expect(system.accounts.get("svc")).toMatch(/[-._]/);
  });

  test("never gives a rotation that keeps the password", async () => {
    // So few passwords that the next one is the current one now and then.
    const policy = { ...PICKY, length: 8, lowercase: false, uppercase: false, symbols: false };
    const system = new MemorySystem({ svc: "first-password" });
    const systems = new Map([["app", { system, policy }]]);
    const random = rotatorFor(system, { systems, randomBytes: () => Buffer.of(0) });
    const first = await random.rotate(FIRST, { strategy: "random" });
    expect(JSON.parse(first.payload).password).toBe("00000000");
    const same = random.rotate(first.payload, { strategy: "random" });
    await expect(same).rejects.toMatchObject({ code: "policy_rejected" });
  });
});

describe("a product that blocks an account for a while after each failed login", () => {
  /** Like Zabbix: while blocked, the right password is refused in the same words. */
  class Blocking extends MemorySystem {
    blockedUntil = 0;
    readonly #clock = jumpingClock();
    readonly clock = this.#clock;
    override async probe(credential: Credential): Promise<Probe> {
      const now = this.#clock.monotonic();
      if (now < this.blockedUntil) return { result: "invalid" };
      const probe = await super.probe(credential);
      if (probe.result === "invalid") this.blockedUntil = now + 30_000;
      return probe;
    }
  }

  test("gets the candidate first in the second call", async () => {
    const system = new Blocking({ svc: "first-password" });
    await rotatorFor(system, { clock: system.clock }).rotate(FIRST);
    // Another process: it does not know that an answer was lost.
    const { rotate, rest } = rotatorFor(system, { clock: system.clock });
    const { answer, calls } = await callsUntilAnswered(() => rotate(FIRST), rest);
    expect([answer?.outcome, calls]).toEqual(["replayed", 2]);
  });

  test("is not blocked at all where this process has given the answer that was lost", async () => {
    const system = new Blocking({ svc: "first-password" });
    const { rotate } = rotatorFor(system, { clock: system.clock });
    await rotate(FIRST);
    expect(await rotate(FIRST)).toMatchObject({ outcome: "replayed" });
    expect(system.failedLogins).toBe(0);
  });
});
