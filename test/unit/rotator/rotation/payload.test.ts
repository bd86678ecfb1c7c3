import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Keyring } from "../../../../rotator/rotation/keyring.ts";
import { MAX_PAYLOAD_BYTES } from "../../../../rotator/rotation/payload.ts";
import { AdministeredSystem, MemorySystem } from "./memory-system.ts";
import { callsUntilAnswered, rotatorFor } from "./rotate.ts";

const FIRST = { system: "app", username: "svc", password: "first-password" };
const refused = (payload: unknown, system = new MemorySystem({ svc: "first-password" })) =>
  rotatorFor(system)
    .rotate(payload)
    .then(
      () => expect.fail("the payload was accepted"),
      (error: { code: string; message: string }) => {
        expect(system.calls).toEqual([]);
        return error;
      },
    );

describe("a payload that is not what the rotator expects", () => {
  test.each([
    ["no JSON", "svc:secret-value", "it is not JSON"],
    ["a list", "[]", "it is not a JSON object"],
    ["null", "null", "it is not a JSON object"],
    ["a key twice", '{"system":"app","username":"svc","username":"root"}', "has a key twice"],
    ["deep nesting", { ...FIRST, deep: JSON.parse("[".repeat(20) + "]".repeat(20)) }, "too deeply"],
    ["no user name", { system: "app" }, "`username`"],
    ["an empty password", { ...FIRST, password: "" }, "`password`"],
    ["a password that is not text", { ...FIRST, password: 12345678 }, "`password`"],
    ["two passwords that differ", { ...FIRST, current_password: "other" }, "keep one of them"],
    ["a policy without a class", { ...FIRST, policy: { length: 4 } }, "`policy.length`"],
    ["a foreign reserved object", { ...FIRST, _rotation: { v: 2 } }, "`_rotation.v`"],
    [
      "a number that would be changed",
      '{"system":"app","username":"svc","password":"first-password","id":12345678901234567890}',
      "write it as a string",
    ],
  ])("%s", async (_, payload, sentence) => {
    const { code, message } = await refused(payload);
    expect(code).toBe("payload_invalid");
    expect(message).toContain(sentence);
  });

  test("is not quoted in the error", async () => {
    const { message } = await refused('{"password":"secret-value", oops');
    expect(message).not.toContain("secret-value");
  });

  test("may not be larger than what can be read again", async () => {
    expect(await refused({ ...FIRST, note: "x".repeat(MAX_PAYLOAD_BYTES) })).toMatchObject({
      code: "payload_too_large",
    });
    expect(await refused({ ...FIRST, note: "x".repeat(MAX_PAYLOAD_BYTES / 2) })).toMatchObject({
      code: "payload_too_large",
    });
  });

  test("sealed for another item, or changed, is refused", async () => {
    const { rotate } = rotatorFor(new MemorySystem({ svc: "first-password" }));
    const payload = JSON.parse((await rotate(FIRST)).payload);
    const moved = { ...payload, _rotation: { ...payload._rotation, item: "/other" } };
    expect(await refused(moved)).toMatchObject({ code: "binding_refused" });
    const older = { ...payload, _rotation: { ...payload._rotation, gen: 7 } };
    expect(await refused(older)).toMatchObject({ code: "payload_invalid" });
    const keyring = new Keyring([{ id: "k1", material: Buffer.alloc(32, 9) }]);
    const elsewhere = rotatorFor(new MemorySystem({}), { keyring }).rotate(payload);
    await expect(elsewhere).rejects.toThrow("key k1 is not the one that made it");
  });
});

describe("a binding", () => {
  test.each([
    ["another system", { ...FIRST, system: "other" }],
    ["another user", { ...FIRST, username: "root" }],
  ])("refuses %s without contact", async (_, payload) => {
    expect(await refused(payload)).toMatchObject({ code: "binding_refused" });
  });

  test("a system that nobody configured is named as such", async () => {
    const { rotation, request } = rotatorFor(new MemorySystem({}));
    const other = request({ ...FIRST, system: "gone" }, { system: "gone" });
    await expect(rotation.rotate(other)).rejects.toMatchObject({ code: "unknown_system" });
    expect(() => rotation.check(other)).toThrow("does not know");
  });

  test("can be checked without contact", () => {
    const system = new MemorySystem({});
    const { rotation, request } = rotatorFor(system);
    rotation.check(request(FIRST));
    expect(() => rotation.check(request({ ...FIRST, username: "root" }))).toThrow("may not rotate");
    expect(system.calls).toEqual([]);
  });
});

describe("the answer", () => {
  const names = fc
    .string({ minLength: 1, maxLength: 12 })
    .filter((name) => !(name in FIRST) && name !== "current_password" && !/^\d+$/.test(name))
    .filter((name) => !["policy", "users", "active", "_rotation"].includes(name))
    .filter((name) => !["key_id", "key_name", "__proto__"].includes(name));
  const values = fc.jsonValue({ maxDepth: 2 });

  test("keeps every field that is not the rotator's, in its place", async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, values, { maxKeys: 6 }), async (others) => {
        const payload = { ...others, ...FIRST };
        const { rotate } = rotatorFor(new MemorySystem({ svc: "first-password" }));
        const answer = JSON.parse((await rotate(payload)).payload);
        const { password, _rotation, ...kept } = answer;
        const { password: _, ...sent } = JSON.parse(JSON.stringify(payload));
        expect(kept).toEqual(sent);
        expect(Object.keys(answer)).toEqual([...Object.keys(payload), "_rotation"]);
      }),
      { seed: 6, numRuns: 100 },
    );
  });

  test.each(["password", "current_password"])("uses the field %s that came in", async (field) => {
    const { rotate } = rotatorFor(new MemorySystem({ svc: "first-password" }));
    const payload = { system: "app", username: "svc", [field]: "first-password" };
    const answer = JSON.parse((await rotate(payload)).payload);
    expect(Object.keys(answer)).toEqual([...Object.keys(payload), "_rotation"]);
  });

  test("names both fields alike where both came in", async () => {
    const { rotate } = rotatorFor(new MemorySystem({ svc: "first-password" }));
    const both = { ...FIRST, current_password: "first-password" };
    const answer = JSON.parse((await rotate(both)).payload);
    expect(answer.current_password).toBe(answer.password);
    expect(answer.password).not.toBe("first-password");
  });

  test("carries what the contract says, and no former password in clear", async () => {
    const { rotate } = rotatorFor(new MemorySystem({ svc: "first-password" }));
    const { payload } = await rotate(FIRST);
    expect(JSON.parse(payload)._rotation).toEqual({
      v: 1,
      gen: 1,
      kid: "k1",
      policyId: "32:luns:-._",
      at: "2030-01-01T00:00:00.000Z",
      users: ["svc"],
      item: "/prod/app",
      prev: expect.stringMatching(/^[\w-]+$/),
    });
    expect(payload).not.toContain("first-password");
  });

  test("can always be read again, however long the passwords before were", async () => {
    const first = "\u{1F511}".repeat(500);
    const system = new MemorySystem({ svc: first });
    const { rotate } = rotatorFor(system);
    let { payload } = await rotate({ ...FIRST, password: first });
    for (let round = 0; round < 4; round += 1) ({ payload } = await rotate(payload));
    const awkward = "\u0001".repeat(1_000);
    system.accounts.set("svc", awkward);
    const answer = await rotate({ ...JSON.parse(payload), password: awkward });
    expect(await rotate(answer.payload)).toMatchObject({ outcome: "rotated" });
  });

  test("goes on deriving under the first name when the item is renamed", async () => {
    const passwordAfter = async (item: string) => {
      const system = new MemorySystem({ svc: "first-password" });
      const { rotation, request } = rotatorFor(system);
      const { payload } = await rotation.rotate(request(FIRST));
      const bound = { formerly: ["/prod/app"] };
      await rotation.rotate({ ...request(payload, bound), item });
      return system.accounts.get("svc");
    };
    expect(await passwordAfter("/renamed")).toBe(await passwordAfter("/prod/app"));
  });
});

describe("the policy", () => {
  const lengthFor = async (payload: object, policy?: { length: number }) => {
    const system = new MemorySystem({ svc: "first-password" });
    const full = { lowercase: true, uppercase: true, numbers: true, symbols: false };
    const named = policy && { ...full, ...policy, allowed_symbols: "-" };
    const systems = new Map([["app", { system, ...(named ? { policy: named } : {}) }]]);
    await rotatorFor(system, { systems }).rotate(payload);
    return system.accounts.get("svc")?.length;
  };

  test("of the payload comes first, but never below the system's; then the default", async () => {
    const asked = { ...FIRST, policy: { length: 12 } };
    expect(await lengthFor(asked)).toBe(12);
    expect(await lengthFor(asked, { length: 10 })).toBe(12);
    expect(await lengthFor(asked, { length: 20 })).toBe(20);
    expect(await lengthFor(FIRST, { length: 20 })).toBe(20);
    expect(await lengthFor(FIRST)).toBe(32);
  });

  test("may change although an answer was lost under the old one", async () => {
    const system = new MemorySystem({ svc: "first-password" });
    const withLength = (length: number) => {
      const policy = {
        length,
        lowercase: true,
        uppercase: true,
        numbers: true,
        symbols: false,
        allowed_symbols: "-",
      };
      return rotatorFor(system, { systems: new Map([["app", { system, policy }]]) });
    };
    const { payload } = await withLength(20).rotate(FIRST);
    const lost = await withLength(20).rotate(payload);
    expect(await withLength(30).rotate(payload)).toEqual({ ...lost, outcome: "replayed" });
  });
});

describe("a payload without a password", () => {
  const UNKNOWN = { system: "app", username: "svc" };

  test("needs an admin credential", async () => {
    expect(await refused(UNKNOWN)).toMatchObject({ code: "password_missing" });
  });

  test("needs the operator's leave: anybody with a token could send it", async () => {
    const system = new AdministeredSystem({ svc: "unknown" });
    const rejection = rotatorFor(system).rotate(UNKNOWN, { bootstrap: false });
    await expect(rejection).rejects.toMatchObject({ code: "password_missing" });
    expect(system.calls).toEqual([]);
  });

  test.each([
    2, 3, 4, 5,
  ])("is rotated although the system's policy rejects the first candidate (%i failed logins)", async (maxFailedLogins) => {
    const system = new AdministeredSystem({ svc: "unknown" });
    let rejected: string | undefined;
    system.rejects = (password) => {
      rejected ??= password;
      return password === rejected;
    };
    const { rotate, rest } = rotatorFor(system, { limits: { maxFailedLogins } });
    const { answer, calls } = await callsUntilAnswered(() => rotate(UNKNOWN), rest);
    expect(answer?.outcome).toBe("rotated");
    if (maxFailedLogins >= 4) expect(calls).toBe(1);
    expect(JSON.parse(answer?.payload ?? "").password).toBe(system.accounts.get("svc"));
    expect(system.worstRow).toBeLessThanOrEqual(maxFailedLogins);
  });

  test("is safe against duplicates and lost answers", async () => {
    const system = new AdministeredSystem({ svc: "unknown" });
    const lost = await rotatorFor(system).rotate(UNKNOWN);
    expect(await rotatorFor(system).rotate(UNKNOWN)).toEqual({ ...lost, outcome: "replayed" });
    expect(system.calls.filter((call) => call === "reconcile")).toHaveLength(1);
  });

  test("does not reset an account that has moved on", async () => {
    const system = new AdministeredSystem({ svc: "unknown" });
    const { rotate } = rotatorFor(system);
    const first = await rotate(UNKNOWN);
    const second = await rotate(first.payload);
    const live = system.accounts.get("svc");
    const stale = await rotate(UNKNOWN);
    expect(stale).toMatchObject({ outcome: "replayed", generation: second.generation });
    expect(system.accounts.get("svc")).toBe(live);
  });

  test("is fenced like any other from the second rotation on", async () => {
    const system = new AdministeredSystem({ svc: "unknown" });
    const { rotate } = rotatorFor(system);
    const { payload } = await rotate(UNKNOWN);
    system.accounts.set("svc", "set-by-somebody");
    await expect(rotate(payload)).rejects.toMatchObject({ code: "out_of_sync" });
    expect(system.accounts.get("svc")).toBe("set-by-somebody");
  });
});
