import { describe, expect, test } from "vitest";
import type {
  Change,
  Credential,
  KeyCreation,
  KeyRevocation,
  Probe,
} from "../../../../rotator/systems/system.ts";
import { AdministeredSystem, MemorySystem } from "./memory-system.ts";
import { jumpingClock, rotatorFor } from "./rotate.ts";

describe("alternating", () => {
  const USERS = [
    { username: "svc-a", password: "password-a", role: "reader" },
    { username: "svc-b", password: "password-b" },
  ];
  const FIRST = { system: "app", username: "svc-a", current_password: "password-a", users: USERS };
  const bound = { strategy: "alternating" } as const;

  test("changes the idle user, serves it, and leaves the other one alone", async () => {
    const system = new MemorySystem({ "svc-a": "password-a", "svc-b": "password-b" });
    const { rotate } = rotatorFor(system);
    const first = JSON.parse((await rotate(FIRST, bound)).payload);
    expect(first).toMatchObject({ username: "svc-b", active: 1 });
    expect(first.current_password).toBe(system.accounts.get("svc-b"));
    expect(first.users[1].password).toBe(first.current_password);
    expect(first.users[0]).toEqual(USERS[0]);
    expect(system.accounts.get("svc-a")).toBe("password-a");

    const second = JSON.parse((await rotate(first, bound)).payload);
    expect(second).toMatchObject({ username: "svc-a", active: 0 });
    expect(second.users[0]).toMatchObject({ role: "reader" });
    expect(system.accounts.get("svc-b")).toBe(first.current_password);
  });

  test("finds lost answers of both users, whichever was changed", async () => {
    const system = new MemorySystem({ "svc-a": "password-a", "svc-b": "password-b" });
    let payload = JSON.stringify(FIRST);
    for (let round = 0; round < 4; round += 1) {
      const { rotate } = rotatorFor(system);
      const lost = await rotate(payload, bound);
      expect(await rotate(payload, bound)).toEqual({ ...lost, outcome: "replayed" });
      payload = lost.payload;
    }
  });

  test("sets passwords that nobody knows by an admin, once for each user", async () => {
    const users = USERS.map(({ username }) => ({ username }));
    const system = new AdministeredSystem({ "svc-a": "?", "svc-b": "?" });
    const { rotate } = rotatorFor(system);
    let { payload } = await rotate({ system: "app", username: "svc-a", users }, bound);
    for (let round = 0; round < 3; round += 1) ({ payload } = await rotate(payload, bound));
    expect(system.calls.filter((call) => call === "reconcile")).toHaveLength(2);
    const forgotten = { ...JSON.parse(payload), users };
    await expect(rotate(forgotten, bound)).rejects.toMatchObject({ code: "password_missing" });
  });

  test("finds both users again from a payload that is four rotations old", async () => {
    const system = new MemorySystem({ "svc-a": "password-a", "svc-b": "password-b" });
    const { rotate } = rotatorFor(system, { limits: { maxFailedLogins: 9 } });
    let { payload } = await rotate(FIRST, bound);
    for (let round = 0; round < 3; round += 1) ({ payload } = await rotate(payload, bound));
    const first = await rotate(FIRST, bound);
    const second = await rotate(first.payload, bound);
    expect([first.outcome, second.outcome]).toEqual(["replayed", "replayed"]);
    const { users } = JSON.parse(second.payload);
    expect(users[0].password).toBe(system.accounts.get("svc-a"));
    expect(users[1].password).toBe(system.accounts.get("svc-b"));
    expect(await rotate(second.payload, bound)).toMatchObject({ outcome: "rotated" });
  });

  test.each([
    ["no users", { users: undefined }, "needs two `users`"],
    ["the same user twice", { users: [USERS[0], USERS[0]] }, "the same name"],
    ["a served user that is none of them", { username: "svc" }, "none of the two"],
    ["another active user", { active: 1 }, "`active`"],
    ["a password that was repaired in one place", { password: "by-hand" }, "differ"],
  ])("refuses %s", async (_, change, sentence) => {
    const system = new MemorySystem({});
    const rejection = rotatorFor(system).rotate({ ...FIRST, ...change }, bound);
    await expect(rejection).rejects.toThrow(sentence);
    expect(system.calls).toEqual([]);
  });

  test("allows neither user that the operator did not list", async () => {
    const users = [USERS[0], { username: "root", password: "password-b" }];
    const rejection = rotatorFor(new MemorySystem({})).rotate({ ...FIRST, users }, bound);
    await expect(rejection).rejects.toMatchObject({ code: "binding_refused" });
  });
});

describe("dual-password", () => {
  /** Keeps the password before, as a second one. */
  class DualSystem extends MemorySystem {
    retained: string | undefined;
    override async probe(credential: Credential): Promise<Probe> {
      if (credential.password === this.retained) return { result: "valid" };
      return super.probe(credential);
    }
    async changeRetaining(current: Credential, next: Credential): Promise<Change> {
      const change = await this.change(current, next);
      if (change.result === "changed") this.retained = current.password;
      return change;
    }
  }
  const FIRST = { system: "app", username: "svc", password: "first-password" };
  const bound = { strategy: "dual-password" } as const;

  test("keeps the old password valid until the answer has come back", async () => {
    const system = new DualSystem({ svc: "first-password" });
    const { rotate } = rotatorFor(system);
    const { payload } = await rotate(FIRST, bound);
    expect(system.retained).toBe("first-password");
    await rotate(payload, bound);
    expect(system.retained).toBe(JSON.parse(payload).password);
  });

  test("causes no failed login in the usual case, and expects none from the old password", async () => {
    const system = new DualSystem({ svc: "first-password" });
    const systems = new Map([["app", { system, checksOld: true }]]);
    const { rotate, steps } = rotatorFor(system, { systems });
    await rotate(FIRST, bound);
    expect(system.failedLogins).toBe(0);
    expect(steps.map(({ step }) => step)).not.toContain("old");
  });

  test("a lost answer does not end the password that is still served", async () => {
    const system = new DualSystem({ svc: "first-password" });
    const { rotate } = rotatorFor(system);
    const lost = await rotate(FIRST, bound);
    expect(await rotate(FIRST, bound)).toMatchObject({ payload: lost.payload });
    expect(system.retained).toBe("first-password");
  });

  test("a refusal for another reason ends definitely", async () => {
    const system = new DualSystem({ svc: "first-password" });
    system.changeRetaining = async () => ({ result: "refused", reason: "forbidden" });
    await expect(rotatorFor(system).rotate(FIRST, bound)).rejects.toMatchObject({
      code: "change_refused",
    });
  });

  test("needs a system that can", async () => {
    const rejection = rotatorFor(new MemorySystem({ svc: "first-password" })).rotate(FIRST, bound);
    await expect(rejection).rejects.toMatchObject({ code: "strategy_unsupported" });
  });
});

describe("key-pair", () => {
  /** Keys by name; the owner is the one who holds one. */
  class KeySystem extends MemorySystem {
    readonly named = new Map<string, Credential>();
    readonly revoked: string[] = [];
    places = 9;
    failRevocation = false;
    keys = {
      create: async (owner: Credential, name: string): Promise<KeyCreation> => {
        if ((await this.probe(owner)).result !== "valid")
          return { result: "refused", reason: "wrong_key" };
        if (this.named.has(name)) return { result: "exists" };
        if (this.named.size >= this.places) return { result: "full" };
        const key = { username: `id-${name}`, password: `secret of ${name}, ${Math.PI}` };
        this.named.set(name, key);
        return { result: "created", key };
      },
      revoke: async (_: Credential, name: string): Promise<KeyRevocation> => {
        if (this.failRevocation) return { result: "failed", reason: "http_500" };
        this.revoked.push(name);
        this.named.delete(name);
        return { result: "revoked" };
      },
    };
    override async probe({ username, password }: Credential): Promise<Probe> {
      const keys = [...this.named.values()];
      const opens = keys.some((key) => key.username === username && key.password === password);
      return { result: opens ? "valid" : "invalid" };
    }
  }
  const made = () => {
    const system = new KeySystem({});
    system.named.set("by-hand", { username: "id-1", password: "secret-1" });
    return system;
  };
  const FIRST = {
    system: "app",
    username: "svc",
    key_id: "id-1",
    key_name: "by-hand",
    password: "secret-1",
  };
  const bound = { strategy: "key-pair", usernames: ["svc", "id-1", "by-hand"] } as const;

  test("accepts no key that neither the operator listed nor the rotator made", async () => {
    const system = made();
    system.named.set("other", { username: "id-2", password: "secret-2" });
    const { rotate } = rotatorFor(system);
    const foreign = { key_id: "id-2", password: "secret-2" };
    const { payload } = await rotate(FIRST, bound);
    const refused = { code: "binding_refused" };
    await expect(rotate({ ...FIRST, ...foreign }, bound)).rejects.toMatchObject(refused);
    const stored = { ...JSON.parse(payload), ...foreign };
    await expect(rotate(stored, bound)).rejects.toMatchObject(refused);
    expect(await rotate(payload, bound)).toMatchObject({ outcome: "rotated" });
  });

  test("revokes nothing that a forged payload names", async () => {
    const system = made();
    system.named.set("backup-job", { username: "id-9", password: "secret-9" });
    const { rotate } = rotatorFor(system);
    const { payload } = await rotate(FIRST, bound);
    const { _rotation: state, ...fields } = JSON.parse(payload);
    const { prev: _, ...unsealed } = state;
    for (const forged of [
      { ...state, retire: ["backup-job"] },
      { ...state, key: "backup-job" },
      { ...unsealed, retire: ["backup-job"] },
    ]) {
      const rejection = rotate({ ...fields, _rotation: forged }, bound);
      await expect(rejection).rejects.toMatchObject({ code: "payload_invalid" });
    }
    const named = rotate({ ...FIRST, key_name: "backup-job" }, bound);
    await expect(named).rejects.toMatchObject({ code: "binding_refused" });
    const renamed = rotate({ ...JSON.parse(payload), key_name: "backup-job" }, bound);
    await expect(renamed).rejects.toMatchObject({ code: "binding_refused" });
    expect(system.revoked).toEqual([]);
  });

  test.each([
    ["a secret of 4,096 characters", "id-2", "s".repeat(4_096), "rotated"],
    ["a secret that no payload carries", "id-2", "s".repeat(4_097), "change_refused"],
    ["an id that no payload carries", "i".repeat(257), "secret-2", "change_refused"],
  ])("a key with %s is usable or gone", async (_name, username, password, expected) => {
    const system = made();
    const create = system.keys.create;
    system.keys.create = async (...call) => {
      const made = await create(...call);
      if (made.result !== "created") return made;
      const key = { username, password };
      system.named.set(call[1], key);
      return { result: "created", key };
    };
    const { rotate } = rotatorFor(system);
    const ended = await rotate(FIRST, bound).then(
      ({ payload, outcome }) => rotate(payload, bound).then(() => outcome),
      ({ code }) => code,
    );
    expect(ended).toBe(expected);
    if (expected !== "rotated") expect([...system.named.keys()]).toEqual(["by-hand"]);
  });

  test("makes room in a restored system, whose places are taken by keys that had been revoked", async () => {
    const system = made();
    system.places = 2;
    const { rotate } = rotatorFor(system);
    let stored = await rotate(FIRST, bound);
    let before = new Map(system.named);
    for (let rotation = 0; rotation < 3; rotation += 1) {
      before = new Map(system.named);
      stored = await rotate(stored.payload, bound);
    }
    system.named.clear();
    for (const [name, key] of before) system.named.set(name, key);
    const restored = await rotatorFor(system).rotate(stored.payload, bound);
    expect(restored.outcome).toBe("restored");
    expect(await rotate(restored.payload, bound)).toMatchObject({ outcome: "rotated" });
  });

  test("revokes again what a restored system has brought back", async () => {
    const system = made();
    const { rotate } = rotatorFor(system);
    let { payload } = await rotate(FIRST, bound);
    for (let restore = 0; restore < 4; restore += 1) {
      ({ payload } = await rotate(payload, bound));
      const before = new Map(system.named);
      ({ payload } = await rotate(payload, bound));
      system.named.clear();
      for (const [name, key] of before) system.named.set(name, key);
      const restored = await rotate(payload, bound);
      expect(restored.outcome).toBe("restored");
      ({ payload } = await rotate(restored.payload, bound));
      ({ payload } = await rotate(payload, bound));
      expect(system.named.size).toBe(2);
    }
  });

  test("creates beside the served key and revokes that one only after the echo", async () => {
    const system = made();
    const { rotate } = rotatorFor(system);
    const first = await rotate(FIRST, bound);
    const { key_id, key_name, password } = JSON.parse(first.payload);
    expect(system.named.get(key_name)).toEqual({ username: key_id, password });
    expect(system.named.has("by-hand")).toBe(true);
    expect(system.revoked).toEqual([]);

    await rotate(first.payload, bound);
    expect(system.revoked).toContain("by-hand");
    expect(system.named.has(key_name)).toBe(true);
    expect(system.named.size).toBe(2);
  });

  test("leaves what a lost answer created alone, and revokes it later", async () => {
    const system = made();
    const { rotate } = rotatorFor(system);
    const lost = JSON.parse((await rotate(FIRST, bound)).payload);
    let { payload } = await rotate(FIRST, bound);
    expect(JSON.parse(payload).key_name).not.toBe(lost.key_name);
    expect(system.named.has(lost.key_name)).toBe(true);
    for (let round = 0; round < 2; round += 1) ({ payload } = await rotate(payload, bound));
    expect(system.named.has(lost.key_name)).toBe(false);
    expect(system.named.size).toBe(2);
  });

  test("tries a failed revocation again next time", async () => {
    const system = made();
    const { rotate } = rotatorFor(system);
    let { payload } = await rotate(FIRST, bound);
    system.failRevocation = true;
    ({ payload } = await rotate(payload, bound));
    expect(JSON.parse(payload)._rotation.retire).toContain("by-hand");
    system.failRevocation = false;
    ({ payload } = await rotate(payload, bound));
    expect(system.revoked).toContain("by-hand");
    expect(JSON.parse(payload)._rotation.retire).not.toContain("by-hand");
  });

  test("gives up an orphan where there is no other place, and never the served key", async () => {
    const system = made();
    system.places = 2;
    const clock = jumpingClock();
    const { rotate } = rotatorFor(system, { clock });
    const lost = JSON.parse((await rotate(FIRST, bound)).payload);
    // It may be a late duplicate: the answer before can be the one that was stored.
    await expect(rotate(FIRST, bound)).rejects.toThrow("are kept for another 10 minutes");
    expect([...system.named.keys()]).toEqual(["by-hand", lost.key_name]);
    await clock.sleep(600_000);
    const { payload } = await rotate(FIRST, bound);
    expect([...system.named.keys()]).toEqual(["by-hand", JSON.parse(payload).key_name]);
  });

  test("says so when the places are taken by others", async () => {
    const system = made();
    system.places = 1;
    const rejection = rotatorFor(system).rotate(FIRST, bound);
    await expect(rejection).rejects.toMatchObject({ code: "keys_full" });
    expect([...system.named.keys()]).toEqual(["by-hand"]);
  });

  test("needs a system that has keys, and a key to begin with", async () => {
    const without = rotatorFor(new MemorySystem({ svc: "x" })).rotate(FIRST, bound);
    await expect(without).rejects.toMatchObject({ code: "strategy_unsupported" });
    const { password: _, ...nothing } = FIRST;
    const empty = rotatorFor(made()).rotate(nothing, bound);
    await expect(empty).rejects.toMatchObject({ code: "password_missing" });
  });
});

describe("random", () => {
  const FIRST = { system: "app", username: "svc", password: "first-password" };
  const bound = { strategy: "random" } as const;

  test("never makes the same password twice, and cannot find a lost one", async () => {
    const system = new MemorySystem({ svc: "first-password" });
    const { rotate } = rotatorFor(system);
    const lost = JSON.parse((await rotate(FIRST, bound)).payload).password;
    await expect(rotate(FIRST, bound)).rejects.toMatchObject({ code: "out_of_sync" });
    system.accounts.set("svc", "first-password");
    expect(JSON.parse((await rotate(FIRST, bound)).payload).password).not.toBe(lost);
  });
});

describe("an answer that is thrown away, as a dry run's may be", () => {
  const users = [
    { username: "svc-a", password: "password-a" },
    { username: "svc-b", password: "password-b" },
  ];
  test.each([
    ["single", { system: "app", username: "svc", password: "first-password" }],
    ["dual-password", { system: "app", username: "svc", password: "first-password" }],
    ["alternating", { system: "app", username: "svc-a", password: "password-a", users }],
  ] as const)("costs %s nothing but the time to the next call", async (strategy, payload) => {
    const system = Object.assign(
      new MemorySystem({ svc: "first-password", "svc-a": "password-a", "svc-b": "password-b" }),
      {
        changeRetaining: (current: Credential, next: Credential) => system.change(current, next),
      },
    );
    const dry = await rotatorFor(system).rotate(payload, { strategy });
    const real = await rotatorFor(system).rotate(payload, { strategy });
    expect(real).toEqual({ ...dry, outcome: "replayed" });
    expect(await rotatorFor(system).rotate(real.payload, { strategy })).toMatchObject({
      outcome: "rotated",
    });
  });

  test("is what random does not survive", async () => {
    const system = new MemorySystem({ svc: "first-password" });
    const payload = { system: "app", username: "svc", password: "first-password" };
    await rotatorFor(system).rotate(payload, { strategy: "random" });
    const rejection = rotatorFor(system).rotate(payload, { strategy: "random" });
    await expect(rejection).rejects.toMatchObject({ code: "out_of_sync" });
  });
});
