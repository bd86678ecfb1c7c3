import { describe, expect, test } from "vitest";
import type { Credential, Probe } from "../../../../rotator/systems/system.ts";
import { AdministeredSystem, MemorySystem } from "./memory-system.ts";
import { rotatorFor } from "./rotate.ts";

const FIRST = { system: "app", username: "svc", current_password: "first-password", note: "kept" };

describe("single", () => {
  test("changes the password and keeps every other field in its place", async () => {
    const system = new MemorySystem({ svc: "first-password" });
    const answer = await rotatorFor(system).rotate(FIRST);
    const payload = JSON.parse(answer.payload);
    expect(Object.keys(payload)).toEqual([...Object.keys(FIRST), "_rotation"]);
    expect(payload).toMatchObject({ note: "kept", username: "svc" });
    expect(payload.current_password).toBe(system.accounts.get("svc"));
    expect(payload.current_password).toHaveLength(32);
    expect(answer).toMatchObject({ outcome: "rotated", generation: 1, strategy: "single" });
  });

  test("causes no failed login in the usual case", async () => {
    const system = new MemorySystem({ svc: "first-password" });
    await rotatorFor(system).rotate(FIRST);
    expect(system.calls).toEqual(["probe", "change", "probe"]);
    expect(system.failedLogins).toBe(0);
  });

  test("sees that the old password is refused where it is told to, and says where it is not", async () => {
    class Forgetful extends MemorySystem {
      override async probe(credential: Credential): Promise<Probe> {
        const probe = await super.probe(credential);
        return credential.password === "first-password" ? { result: "valid" } : probe;
      }
    }
    for (const [make, outcome] of [
      [MemorySystem, "invalid"],
      [Forgetful, "valid"],
    ] as const) {
      const system = new make({ svc: "first-password" });
      const systems = new Map([["app", { system, checksOld: true }]]);
      const { rotate, steps } = rotatorFor(system, { systems });
      expect(await rotate(FIRST)).toMatchObject({ outcome: "rotated" });
      expect(system.calls).toEqual(["probe", "change", "probe", "probe"]);
      expect(steps.find(({ step }) => step === "old")).toMatchObject({ outcome });
    }
  });

  test("answers the same again after its answer was lost, on another replica", async () => {
    const system = new MemorySystem({ svc: "first-password" });
    const lost = await rotatorFor(system).rotate(FIRST);
    const again = await rotatorFor(system).rotate(FIRST);
    expect(again).toEqual({ ...lost, outcome: "replayed" });
    expect(system.calls.filter((call) => call === "change")).toHaveLength(1);
  });

  test("continues from generation to generation", async () => {
    const system = new MemorySystem({ svc: "first-password" });
    const { rotate } = rotatorFor(system);
    let { payload } = await rotate(FIRST);
    for (let generation = 2; generation < 5; generation += 1) {
      const answer = await rotate(payload);
      expect(answer).toMatchObject({ outcome: "rotated", generation });
      payload = answer.payload;
    }
    expect(JSON.parse(payload).current_password).toBe(system.accounts.get("svc"));
  });

  test.each(["constructor", "toString"])("serves a user called %s", async (username) => {
    const system = new MemorySystem({ [username]: "first-password" });
    system.accounts.set(username, "first-password");
    const { rotate } = rotatorFor(system, { limits: { maxFailedLogins: 20 } });
    const bound = { usernames: [username] };
    const first = await rotate({ system: "app", username, password: "first-password" }, bound);
    const second = await rotate(first.payload, bound);
    expect(await rotate(first.payload, bound)).toEqual({ ...second, outcome: "replayed" });
    system.accounts.set(username, "first-password");
    await expect(rotate(second.payload, bound)).resolves.toMatchObject({ outcome: "restored" });
  });

  test("goes on from the password before, where the system was restored", async () => {
    const system = new MemorySystem({ svc: "first-password" });
    const { rotate } = rotatorFor(system, { limits: { maxFailedLogins: 9 } });
    const { payload } = await rotate(FIRST);
    system.accounts.set("svc", "first-password");
    const answer = await rotate(payload);
    expect(answer.outcome).toBe("restored");
    expect(JSON.parse(answer.payload).current_password).toBe(system.accounts.get("svc"));
  });

  test("refuses to guess when nothing it knows opens the account", async () => {
    const system = new MemorySystem({ svc: "set-by-somebody" });
    await expect(rotatorFor(system).rotate(FIRST)).rejects.toMatchObject({ code: "out_of_sync" });
    expect(system.failedLogins).toBeLessThanOrEqual(4);
    expect(system.accounts.get("svc")).toBe("set-by-somebody");
  });
});

describe("single with an admin credential", () => {
  test("sets a first password where the payload has none, and adds the field", async () => {
    const system = new AdministeredSystem({ svc: "unknown" });
    const { rotate } = rotatorFor(system);
    const answer = await rotate({ username: "svc", system: "app" });
    const payload = JSON.parse(answer.payload);
    expect(Object.keys(payload)).toEqual(["username", "system", "password", "_rotation"]);
    expect(payload.password).toBe(system.accounts.get("svc"));
    const second = await rotate(answer.payload);
    expect(system.calls.filter((call) => call === "reconcile")).toHaveLength(1);
    expect(second).toMatchObject({ outcome: "rotated", generation: 2 });
  });

  test("repairs an unknown password only where the operator allowed it", async () => {
    const system = new AdministeredSystem({ svc: "first-password" });
    const { rotate, rest } = rotatorFor(system, { limits: { maxFailedLogins: 20 } });
    const { payload } = await rotate(FIRST);
    system.accounts.set("svc", "set-by-somebody");
    await expect(rotate(payload)).rejects.toMatchObject({ code: "out_of_sync" });
    await rest();
    const answer = await rotate(payload, { reconcile: true });
    expect(answer.outcome).toBe("reconciled");
    expect(JSON.parse(answer.payload).current_password).toBe(system.accounts.get("svc"));
  });
});
