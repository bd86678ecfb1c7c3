import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemContract } from "../../../rotator/testing/contract.ts";
import { type KeystoneHandle, startKeystone } from "../../harness/products/keystone.ts";
import { stepContext, systemFrom } from "../../unit/rotator/systems/support.ts";
import { LIVE_RUNS } from "../runs.ts";
import { sixSituations } from "../situations.ts";

let keystone: KeystoneHandle;
let count = 0;

beforeAll(async () => {
  keystone = await startKeystone();
});
afterAll(() => keystone?.stop());

const systemOf = (authority: "account" | "admin", adminPassword = keystone.admin.password) =>
  systemFrom(
    {
      type: "http",
      recipe: "keystone",
      origin: keystone.url,
      allow_plain_http: true,
      authority,
      admin: { username: keystone.admin.username, password_env: "ADMIN" },
    },
    { ADMIN: adminPassword },
  );
async function account(authority: "account" | "admin" = "account") {
  const current = { username: `svc-${count++}`, password: "First-password-1!" };
  await keystone.addUser(current.username, current.password);
  return { system: await systemOf(authority), current };
}

describe.each(["account", "admin"] as const)("Keystone 22, authority %s", (authority) => {
  const own = authority === "account" ? (["compares-current"] as const) : [];
  const subject = async () => ({
    ...(await account(authority)),
    freshPassword: () => `Fresh "&=+%" \\ ü password ${count++}!`,
    weakPassword: "short",
  });
  for (const { name, run } of systemContract(["passwords", "policy", "reconcile", ...own], subject))
    test(name, run);
});

describe("Keystone 22, run for real", () => {
  sixSituations(
    () => ({
      account,
      wrongAdmin: () => systemOf("admin", "wrong-password"),
      login: ({ username, password }) => keystone.login(username, password),
      lock: (name) => keystone.setEnabled(name, false),
      unlock: (name) => keystone.setEnabled(name, true),
      // What it demands can be changed only while it is down.
      asksTooMuch: { policy: { length: keystone.longestPassword + 4 } },
    }),
    LIVE_RUNS.keystone,
  );

  test("an account whose password has expired", async () => {
    const { system, current } = await account();
    await keystone.expire(current.username);
    expect(await system.probe(current, stepContext())).toEqual({
      result: "valid",
      account: "must_change",
    });
    const wrong = { ...current, password: "wrong" };
    expect(await system.probe(wrong, stepContext())).toMatchObject({ result: "invalid" });
  });
});
