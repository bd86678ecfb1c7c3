import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemContract } from "../../../rotator/testing/contract.ts";
import { startZabbix, type ZabbixHandle } from "../../harness/products/zabbix.ts";
import { stepContext, systemFrom } from "../../unit/rotator/systems/support.ts";
import { LIVE_RUNS } from "../runs.ts";
import { sixSituations } from "../situations.ts";

let zabbix: ZabbixHandle;
let count = 0;

beforeAll(async () => {
  zabbix = await startZabbix();
});
afterAll(() => zabbix?.stop());

const systemOf = (adminToken = zabbix.adminToken) =>
  systemFrom(
    {
      type: "http",
      recipe: "zabbix",
      origin: zabbix.url,
      allow_plain_http: true,
      authority: "admin",
      admin: { token_env: "ADMIN" },
    },
    { ADMIN: adminToken },
  );
async function account() {
  const current = { username: `svc-${count++}`, password: "First-pass-1!" };
  await zabbix.addUser(current.username, current.password);
  return { system: await systemOf(), current };
}
const failLogins = async (username: string, times: number) => {
  for (let failed = 0; failed < times; failed += 1) await zabbix.login(username, "wrong");
};

describe("Zabbix 6.0, run for real", () => {
  const subject = async () => ({
    ...(await account()),
    freshPassword: () => `Fresh "&=+%" \\ ü password ${count++}!`,
    weakPassword: "short",
  });
  for (const { name, run } of systemContract(["passwords", "policy", "reconcile"], subject))
    test(name, run);

  sixSituations(
    () => ({
      account,
      wrongAdmin: () => systemOf("0".repeat(64)),
      login: ({ username, password }) => zabbix.login(username, password),
      lock: (name) => failLogins(name, 5),
      unlock: (name) => zabbix.unblock(name),
      tighten: () => zabbix.setMinimumLength(70),
      loosen: () => zabbix.setMinimumLength(8),
    }),
    LIVE_RUNS.zabbix,
  );

  test("a user who may not log in is not taken for one with a wrong password", async () => {
    const { system, current } = await account();
    await zabbix.disable(current.username);
    const wrong = { ...current, password: "wrong" };
    for (const credential of [current, wrong])
      expect(await system.probe(credential, stepContext())).toMatchObject({
        result: "unknown",
        account: "disabled",
      });
  });

  test("a user who is not there is not taken for one with a wrong password", async () => {
    const { system } = await account();
    const nobody = { username: "no-such-account", password: "First-pass-1!" };
    expect(await system.probe(nobody, stepContext())).toMatchObject({
      result: "unknown",
      reason: "account_not_found",
    });
  });

  test("the token of a user who is not a Super admin is named, and nothing changes", async () => {
    const { current } = await account();
    const system = await systemOf(await zabbix.tokenOf(current.username));
    const next = { ...current, password: "Next-pass-1!" };
    expect(await system.change(current, next, stepContext())).toMatchObject({
      result: "refused",
      authority: "admin",
    });
    expect(await zabbix.login(current.username, current.password)).toBe(true);
  });

  test("the password of a user of LDAP is not set", async () => {
    const { system, current } = await account();
    await zabbix.moveToLdap(current.username);
    const next = { ...current, password: "Next-pass-1!" };
    expect(await system.change(current, next, stepContext())).toMatchObject({
      result: "refused",
      reason: "not_internal",
    });
  });

  test("the fourth failed login is invalid, the fifth in doubt", async () => {
    const { system, current } = await account();
    const wrong = { ...current, password: "wrong" };
    await failLogins(current.username, 3);
    expect(await system.probe(wrong, stepContext())).toMatchObject({ result: "invalid" });
    expect(await system.probe(wrong, stepContext())).toMatchObject({
      result: "unknown",
      account: "locked",
    });
  });

  test("where Zabbix blocks earlier, every refusal stays in doubt", async () => {
    const { system, current } = await account();
    await zabbix.setLoginAttempts(3);
    try {
      const wrong = { ...current, password: "wrong" };
      expect(await system.probe(wrong, stepContext())).toMatchObject({ result: "unknown" });
    } finally {
      await zabbix.setLoginAttempts(5);
    }
    expect(await system.probe(current, stepContext())).toEqual({ result: "valid" });
  });
});
