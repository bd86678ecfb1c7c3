import { expect, test } from "vitest";
import { createRotation } from "../../../../rotator/rotation/create-rotation.ts";
import { rotateMapped } from "../../../../rotator/rotation/rotate-mapped.ts";
import type { FieldMap } from "../../../../rotator/systems/field-map.ts";
import { MemorySystem } from "./memory-system.ts";
import { jumpingClock, KEYRING, rotatorFor } from "./rotate.ts";

const FIRST = "first-password";

function mapped(fields: FieldMap | undefined, accounts = { svc: FIRST }) {
  const system = new MemorySystem(accounts);
  const systems = new Map([["app", { system }]]);
  const rotation = rotateMapped(
    createRotation({ keyring: KEYRING, systems, clock: jumpingClock() }),
    () => fields,
  );
  const { request } = rotatorFor(system);
  return {
    system,
    check: (payload: unknown) => rotation.check(request(payload)),
    rotate: async (payload: unknown) =>
      JSON.parse((await rotation.rotate(request(payload))).payload) as Record<string, unknown>,
  };
}

test("a payload of another rotator keeps its own names, rotation after rotation", async () => {
  const { rotate, system } = mapped({ username: ["user"], password: ["token"] });
  let payload: Record<string, unknown> = {
    base_url: "https://x",
    token: FIRST,
    user: "svc",
    system: "app",
    nested: { keep: [1, "two"] },
  };
  const names = Object.keys(payload);
  for (let round = 0; round < 3; round++) {
    payload = await rotate(payload);
    expect(Object.keys(payload)).toEqual([...names, "_rotation"]);
    expect(payload.token).toBe(system.accounts.get("svc"));
    expect(payload).toMatchObject({
      user: "svc",
      base_url: "https://x",
      nested: { keep: [1, "two"] },
    });
  }
  expect(payload.token).not.toBe(FIRST);
});

test("several places that must agree are all rewritten", async () => {
  const { rotate, system } = mapped({ password: ["api_key", "legacy_key"] });
  const next = await rotate({ system: "app", username: "svc", api_key: FIRST, legacy_key: FIRST });
  expect([next.api_key, next.legacy_key]).toEqual(Array(2).fill(system.accounts.get("svc")));
  expect(next).not.toHaveProperty("password");
  await expect(
    rotate({ system: "app", username: "svc", api_key: FIRST, legacy_key: "other" }),
  ).rejects.toThrow("`api_key` and `legacy_key` differ");
});

test("what one call lost is found by the next, under the payload's own names", async () => {
  const { rotate, system } = mapped({ username: ["email"], password: ["token"] });
  const payload = { system: "app", email: "svc", token: FIRST };
  await rotate(payload);
  const again = await rotate(payload);
  expect(again.token).toBe(system.accounts.get("svc"));
});

test.each([
  ["under another name", undefined, { db_password: FIRST }, "`db_password`"],
  ["in a connection string", undefined, { dsn: `postgres://svc:${FIRST}@db/app` }, "`dsn`"],
  ["deep inside", undefined, { more: [{ deep: FIRST }] }, "`more`"],
  ["beside a mapped field", { password: ["token"] }, { token: FIRST, other: FIRST }, "`other`"],
] as const)("a secret that is also %s is refused before anything is sent", async (_, fields, more, name) => {
  const map = fields && { password: [...fields.password] };
  const { rotate, check, system } = mapped(map);
  const secret = map ? {} : { password: FIRST };
  const payload = { system: "app", username: "svc", ...secret, ...more };
  await expect(rotate(payload)).rejects.toMatchObject({
    code: "payload_invalid",
    message: expect.stringContaining(`${name} also holds the current password`),
  });
  expect(() => check(payload)).toThrow("also holds the current password");
  expect(system.calls).toEqual([]);
});

test("a password that is the user name, or a short word, is not a copy", async () => {
  const same = mapped(undefined, { svc: "svc" });
  expect(
    await same.rotate({ system: "app", username: "svc", password: "svc", note: "svc-x" }),
  ).toHaveProperty("_rotation");
});

test("a name that is the rotation's own stays unambiguous", async () => {
  const { rotate } = mapped({ password: ["token"] });
  await expect(
    rotate({ system: "app", username: "svc", token: FIRST, password: "another-password" }),
  ).rejects.toThrow("it has `password` beside `token`");
});

test("a field with a name that means something to JavaScript is kept like any other", async () => {
  const { rotate, system } = mapped({ password: ["token"] });
  const others = '"__proto__":{"password":"note"},"constructor":{"a":1}';
  const next = await rotate(`{"system":"app","username":"svc","token":"${FIRST}",${others}}`);
  expect(JSON.stringify(next)).toContain('"__proto__":{"password":"note"}');
  expect(JSON.stringify(next)).toContain('"constructor":{"a":1}');
  expect(next.token).toBe(system.accounts.get("svc"));
});

test("what is not a payload is refused as ever, and a number is never rounded", async () => {
  const { rotate } = mapped({ password: ["token"] });
  for (const text of ["no JSON", "[]", '{"system":"app","system":"app","token":"x"}'])
    await expect(rotate(text)).rejects.toMatchObject({ code: "payload_invalid" });
  await expect(
    rotate(`{"system":"app","username":"svc","token":"${FIRST}","id":9007199254740993}`),
  ).rejects.toThrow("a number that cannot be kept exactly");
});
