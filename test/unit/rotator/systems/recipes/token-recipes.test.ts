import { describe, expect, test } from "vitest";
import { systemContract } from "../../../../../rotator/testing/contract.ts";
import { FAKE_ADMIN, FAKE_ADMIN_TOKEN, FakeAccounts } from "../../../../harness/fakes/accounts.ts";
import { type Routes, startFake } from "../../../../harness/fakes/fake-product.ts";
import { gitea } from "../../../../harness/fakes/gitea.ts";
import { grafana } from "../../../../harness/fakes/grafana.ts";
import { sonarqube } from "../../../../harness/fakes/sonarqube.ts";
import { stepContext, systemFrom } from "../support.ts";

const environment = { ADMIN_PASSWORD: FAKE_ADMIN.password, ADMIN_TOKEN: FAKE_ADMIN_TOKEN };
const token = { token_env: "ADMIN_TOKEN" };
const password = { username: FAKE_ADMIN.username, password_env: "ADMIN_PASSWORD" };

const CASES: readonly [string, (accounts: FakeAccounts) => Routes, object][] = [
  ["grafana-token", grafana, token],
  ["sonarqube-token", sonarqube, token],
  ["gitea-token", gitea, password],
];

async function start(recipe: string, routes: (accounts: FakeAccounts) => Routes, admin: object) {
  const accounts = new FakeAccounts();
  const account = accounts.add("sa reporting/1", "unused");
  account.tokens.set("made by hand", "initial-token");
  const fake = await startFake(routes(accounts));
  const config = { type: "http", recipe, origin: fake.url, allow_plain_http: true, admin };
  const system = await systemFrom(config, environment);
  return {
    account,
    fake,
    system,
    current: { username: account.username, password: "initial-token" },
  };
}

describe.each(CASES)("%s", (recipe, routes, admin) => {
  const checks = systemContract(["keys"], async () => {
    const { fake, system, current } = await start(recipe, routes, admin);
    let count = 0;
    return { system, current, freshPassword: () => `token-${count++}`, dispose: () => fake.stop() };
  });
  for (const { name, run } of checks) test(name, run);

  test("a lost answer is ambiguous; the key it left is found by its name and revoked", async () => {
    const { account, fake, system, current } = await start(recipe, routes, admin);
    fake.fail("lost");
    const created = await system.keys?.create(current, "kit-2", stepContext());
    // Where a lookup before had no answer, nothing was created; else nobody knows.
    if (recipe === "grafana-token")
      expect(created).toMatchObject({ result: "refused", sent: false });
    else expect(created).toMatchObject({ result: "ambiguous" });
    expect(await system.keys?.revoke(current, "kit-2", stepContext())).toMatchObject({
      result: "failed",
    });
    fake.fail("none");
    account.tokens.set("kit-2", "made-anyway");
    expect(await system.keys?.create(current, "kit-2", stepContext())).toEqual({
      result: "exists",
    });
    expect(await system.keys?.revoke(current, "kit-2", stepContext())).toEqual({
      result: "revoked",
    });
    expect([...account.tokens.keys()]).toEqual(["made by hand"]);
    await system.close?.();
    await fake.stop();
  });

  test("passwords cannot be changed with it", async () => {
    const { fake, system, current } = await start(recipe, routes, admin);
    expect(await system.change(current, current, stepContext())).toEqual({
      result: "refused",
      reason: "only_keys",
      sent: false,
    });
    await system.close?.();
    await fake.stop();
  });
});
