import { describe, expect, test } from "vitest";
import { Keyring } from "../../../../rotator/rotation/keyring.ts";
import { MemorySystem } from "./memory-system.ts";
import { rotatorFor } from "./rotate.ts";

const key = (id: string, fill: number) => ({ id, material: Buffer.alloc(32, fill) });
const FIRST = { system: "app", username: "svc", password: "first-password" };

describe("Keyring", () => {
  test.each([
    ["no key", [], "name at least one key"],
    ["a short key", [{ id: "k1", material: Buffer.alloc(31) }], "has 31 bytes"],
    ["a repeated id", [key("k1", 1), key("k1", 2)], "the same id"],
    ["an id with a blank", [key("k 1", 1)], 'Key id "k 1" is not allowed'],
  ])("refuses %s", (_, keys, message) => {
    expect(() => new Keyring(keys)).toThrow(message);
  });
});

describe("a change of keys", () => {
  test("derives with the new key and still opens what the old one sealed", async () => {
    const system = new MemorySystem({ svc: "first-password" });
    const old = await rotatorFor(system, { keyring: new Keyring([key("k1", 1)]) }).rotate(FIRST);
    const both = rotatorFor(system, { keyring: new Keyring([key("k2", 2), key("k1", 1)]) });
    const { payload } = await both.rotate(old.payload);
    expect(JSON.parse(old.payload)._rotation.kid).toBe("k1");
    expect(JSON.parse(payload)._rotation.kid).toBe("k2");
  });

  test("finds what was set under the old key when that answer was lost", async () => {
    const system = new MemorySystem({ svc: "first-password" });
    const lost = await rotatorFor(system, { keyring: new Keyring([key("k1", 1)]) }).rotate(FIRST);
    const both = rotatorFor(system, { keyring: new Keyring([key("k2", 2), key("k1", 1)]) });
    expect(await both.rotate(FIRST)).toEqual({ ...lost, outcome: "replayed" });
  });

  test("fails closed on a key that is not there, without contact", async () => {
    const system = new MemorySystem({ svc: "first-password" });
    const { payload } = await rotatorFor(system).rotate(FIRST);
    const calls = system.calls.length;
    const without = rotatorFor(system, { keyring: new Keyring([key("k9", 9)]) });
    await expect(without.rotate(payload)).rejects.toMatchObject({ code: "unknown_key" });
    expect(system.calls).toHaveLength(calls);
  });
});
