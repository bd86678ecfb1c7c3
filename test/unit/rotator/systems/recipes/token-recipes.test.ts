import { describe, expect, test } from "vitest";
import { loadRecipe } from "../../../../../rotator/systems/http/load-recipe.ts";
import { systemContract } from "../../../../../rotator/testing/contract.ts";
import { FAKE_ADMIN, FAKE_ADMIN_TOKEN, FakeAccounts } from "../../../../harness/fakes/accounts.ts";
import { artifactory } from "../../../../harness/fakes/artifactory.ts";
import { azureDevOps } from "../../../../harness/fakes/azure-devops.ts";
import { confluent } from "../../../../harness/fakes/confluent.ts";
import { datadog } from "../../../../harness/fakes/datadog.ts";
import { type Routes, startFake } from "../../../../harness/fakes/fake-product.ts";
import { forgejo, gitea, oldForgejo } from "../../../../harness/fakes/gitea.ts";
import { gitlab } from "../../../../harness/fakes/gitlab.ts";
import { grafana } from "../../../../harness/fakes/grafana.ts";
import { jenkins } from "../../../../harness/fakes/jenkins.ts";
import { openai } from "../../../../harness/fakes/openai.ts";
import { sonarqube } from "../../../../harness/fakes/sonarqube.ts";
import { stepContext, systemFrom } from "../support.ts";

const environment = { ADMIN_PASSWORD: FAKE_ADMIN.password, ADMIN_TOKEN: FAKE_ADMIN_TOKEN };
const token = { token_env: "ADMIN_TOKEN" };
const password = { username: FAKE_ADMIN.username, password_env: "ADMIN_PASSWORD" };

const CASES: readonly [string, (accounts: FakeAccounts) => Routes, object, object?][] = [
  ["grafana-token", grafana, token],
  ["sonarqube-token", sonarqube, token],
  ["gitea-token", gitea, password],
  ["gitea-token", forgejo, password],
  ["gitea-token", oldForgejo, password],
  ["artifactory-token", artifactory, token],
  ["azure-devops-pat", azureDevOps, token, { organization: "contoso", scope: "vso.profile" }],
  ["confluent-cloud-key", confluent, password],
  ["datadog-api-key", datadog, token],
  ["gitlab-token", gitlab, token, { scope: "read_repository" }],
  [
    "gitlab-project-token",
    gitlab,
    token,
    { project: "sa reporting/1", scope: "api", access_level: "30" },
  ],
  ["jenkins-token", jenkins, password],
  ["openai-admin-key", openai, {}],
];

async function start([recipe, routes, admin, parameters = {}]: (typeof CASES)[number]) {
  const accounts = new FakeAccounts();
  const account = accounts.add("sa reporting/1", "unused");
  account.tokens.set("made by hand", "initial-token");
  const fake = await startFake(routes(accounts));
  const config = {
    type: "http",
    recipe,
    origin: fake.url,
    allow_plain_http: true,
    admin,
    parameters,
  };
  const system = await systemFrom(config, environment);
  return {
    account,
    fake,
    system,
    current: { username: account.username, password: "initial-token" },
  };
}

describe.each(CASES)("%s", (...product) => {
  const checks = systemContract(["keys"], async () => {
    const { fake, system, current } = await start(product);
    let count = 0;
    return { system, current, freshPassword: () => `token-${count++}`, dispose: () => fake.stop() };
  });
  for (const { name, run } of checks) test(name, run);

  test("a lost answer is ambiguous; the key it left is found by its name and revoked", async () => {
    const { account, fake, system, current } = await start(product);
    fake.fail("lost");
    const created = await system.keys?.create(current, "kit-2", stepContext());
    // Where a lookup before had no answer, nothing was created; else nobody knows.
    if ((await loadRecipe(product[0], "/")).keys?.create.find.length)
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
    const { fake, system, current } = await start(product);
    expect(await system.change(current, current, stepContext())).toEqual({
      result: "refused",
      reason: "only_keys",
      sent: false,
    });
    await system.close?.();
    await fake.stop();
  });
});

test.each([
  ["gitlab-token", "gitlab-project-token"],
  ["jenkins", "jenkins-token"],
])("%s and %s of one product log in and ask in the same way", async (one, other) => {
  const [first, second] = await Promise.all([loadRecipe(one, "/"), loadRecipe(other, "/")]);
  const { authentication, probe } = first;
  expect(second).toMatchObject({ authentication, probe });
});
