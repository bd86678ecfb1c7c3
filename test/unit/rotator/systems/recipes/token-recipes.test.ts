import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { loadRecipe, shippedRecipes } from "../../../../../rotator/systems/http/load-recipe.ts";
import type { Recipe } from "../../../../../rotator/systems/http/recipe.ts";
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
import { behindProxies } from "./proxy-pages.ts";

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

/** What a gateway says of a path that it does not know. */
const notThere = () => ({
  status: 404,
  json: { message: "no Route matched with those values", error: "Not Found", status: 404 },
});

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

  test("what the product refuses is invalid; the refusal of a proxy is not taken for the product's", async () => {
    const { account, fake, system, current } = await start(product);
    account.tokens.clear();
    expect(await system.probe(current, stepContext())).toMatchObject({ result: "invalid" });
    account.tokens.set("made by hand", current.password);
    await behindProxies(fake, async () => {
      expect(await system.probe(current, stepContext())).toMatchObject({ result: "unknown" });
    });
    await system.close?.();
    await fake.stop();
  });

  test("a revocation that did not reach the product is not taken for done", async () => {
    const [recipe, routes, ...rest] = product;
    const withoutDelete = (accounts: FakeAccounts): Routes =>
      Object.fromEntries(
        Object.entries(routes(accounts)).map(([route, answer]) => [
          route,
          /^DELETE |revoke$|scriptText$/.test(route) ? notThere : answer,
        ]),
      );
    const { account, fake, system, current } = await start([recipe, withoutDelete, ...rest]);
    account.tokens.set("kit-1", "value");
    expect(await system.keys?.revoke(current, "kit-1", stepContext())).toMatchObject({
      result: "failed",
    });
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
  ["gitlab-token", 403, { message: "403 Forbidden - Your account has been blocked." }, "disabled"],
  [
    "gitlab-project-token",
    403,
    {
      message:
        "403 Forbidden - Your account has been deactivated by your administrator. Please log back in",
    },
    "disabled",
  ],
  ["grafana-token", 401, { message: "Unauthorized", messageId: "identity.disabled" }, "disabled"],
  [
    "gitea-token",
    403,
    {
      message:
        "This account is prohibited from signing in, please contact your site administrator.",
    },
    "disabled",
  ],
  ["gitea-token", 403, { message: "This account is not activated." }, "disabled"],
  [
    "gitea-token",
    403,
    { message: "You must change your password. Change it at: /user/change_password" },
    "must_change",
  ],
] as const)("%s: %s %o to a right token is not a wrong token", async (recipe, status, json, account) => {
  const product = CASES.find(([name]) => name === recipe);
  if (product === undefined) throw new Error("there is no such recipe");
  const { fake, system, current } = await start(product);
  fake.answer({ status, json, headers: { "X-Gitlab-Meta": "{}" } });
  expect(await system.probe(current, stepContext())).toMatchObject({ result: "unknown", account });
  await system.close?.();
  await fake.stop();
});

/** Parts of recipes in which those of one product may be alike. */
const PARTS: Record<string, (recipe: Recipe) => unknown> = {
  "the account's login": ({ authentication }) => authentication.account,
  "the admin's login": ({ authentication }) => authentication.admin,
  "the question": ({ probe }) => probe.request,
  "its answers": ({ probe }) => probe.answers,
  "the confirmation": ({ probe }) => probe.confirm,
};

test("recipes of one product are alike in the parts that they have in common", async () => {
  const recipes = await Promise.all(
    (await shippedRecipes()).map(async (name) => ({ name, recipe: await loadRecipe(name, "/") })),
  );
  const alike = recipes.flatMap(({ name, recipe }, index) =>
    recipes
      .slice(index + 1)
      .filter(({ recipe: { product } }) => nameOf(product) === nameOf(recipe.product))
      .map((other) => [`${name}, ${other.name}`, partsAlike(recipe, other.recipe)]),
  );
  expect(Object.fromEntries(alike)).toEqual({
    "artifactory, artifactory-token": ["the admin's login"],
    "gitea, gitea-token": ["the question"],
    "gitlab-project-token, gitlab-token": [
      "the account's login",
      "the admin's login",
      "the question",
      "its answers",
    ],
    "grafana, grafana-token": [],
    "harbor, harbor-robot": ["the account's login", "the admin's login"],
    "jenkins, jenkins-token": [
      "the account's login",
      "the admin's login",
      "the question",
      "its answers",
    ],
    "sonarqube, sonarqube-token": ["the question", "its answers", "the confirmation"],
  });
});

/** `GitLab` of `GitLab (project access tokens)`. */
const nameOf = (product: string) => product.split(" (")[0];

const partsAlike = (one: Recipe, other: Recipe) =>
  Object.entries(PARTS).flatMap(([name, part]) =>
    part(one) !== undefined && isDeepStrictEqual(part(one), part(other)) ? [name] : [],
  );
