import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemContract } from "../../rotator/testing/contract.ts";
import { rigFor } from "../e2e/systems/rig.ts";
import { type OpenSearchHandle, startOpenSearch } from "../harness/products/opensearch.ts";
import { stepContext, systemFrom } from "../unit/rotator/systems/support.ts";
import { LIVE_RUNS } from "./runs.ts";
import { sixSituations } from "./situations.ts";

const FIRST = "First-password-1!";
let opensearch: OpenSearchHandle;
let count = 0;

beforeAll(async () => {
  opensearch = await startOpenSearch(LIVE_RUNS.opensearch.version);
});
afterAll(() => opensearch?.stop());

const systemOf = (authority: "account" | "admin", adminPassword = opensearch.admin.password) =>
  systemFrom(
    {
      type: "http",
      recipe: "opensearch",
      origin: opensearch.url,
      allow_plain_http: true,
      authority,
      admin: { username: opensearch.admin.username, password_env: "ADMIN" },
    },
    { ADMIN: adminPassword },
  );
async function account(authority: "account" | "admin" = "account") {
  const current = { username: `svc-${count++}`, password: FIRST };
  await opensearch.addUser(current.username, FIRST);
  return { system: await systemOf(authority), current };
}

describe.each(["account", "admin"] as const)("OpenSearch 2.19, authority %s", (authority) => {
  const own = authority === "account" ? (["compares-current"] as const) : [];
  const features = ["passwords", "policy", "reconcile", ...own] as const;
  const subject = async () => ({
    ...(await account(authority)),
    freshPassword: () => `Fresh "&=+%" \\ ü password ${count++}!`,
    weakPassword: "short",
  });
  for (const { name, run } of systemContract(features, subject)) test(name, run);
});

describe("OpenSearch 2.19 with its Security plugin, run for real", () => {
  sixSituations(
    () => ({
      account,
      wrongAdmin: () => systemOf("admin", "wrong-password"),
      login: async ({ username, password }) => (await opensearch.login(username, password)) === 200,
      lock: async (name) => {
        await opensearch.setBlocking("username");
        for (let failed = 0; failed < 5; failed += 1) await opensearch.login(name, "wrong");
      },
      unlock: () => opensearch.setBlocking(undefined),
      // What it demands can be changed only while it is down.
      asksTooMuch: { policy: { length: opensearch.longestPassword + 4 } },
    }),
    LIVE_RUNS.opensearch,
  );

  test("where users are blocked, a lost answer is found by the second call", async () => {
    const { system, current } = await account();
    await opensearch.setBlocking("username");
    const rig = rigFor(system, { usernames: [current.username], reconcile: true });
    const first = await rig.rotate(current);
    await rig.rotate(first.fields);
    const other = rigFor(system, { usernames: [current.username], reconcile: true });
    await expect(other.rotate(first.fields)).rejects.toMatchObject({ code: "system_unavailable" });
    const healed = await other.rotate(first.fields);
    expect(healed.outcome).toBe("replayed");
    expect(await opensearch.login(current.username, healed.fields.password)).toBe(200);
    await opensearch.setBlocking(undefined);
  });

  test("an address that is blocked is told apart from a wrong password", async () => {
    const { system, current } = await account();
    await opensearch.setBlocking("ip");
    for (let failed = 0; failed < 5; failed += 1) await opensearch.login(current.username, "wrong");
    expect(await system.probe(current, stepContext())).toMatchObject({
      result: "unknown",
      reason: "address_blocked",
    });
  });
});
