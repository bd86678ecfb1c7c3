import { afterEach, describe, expect, test } from "vitest";
import { loadRecipe, shippedRecipes } from "../../../../../rotator/systems/http/load-recipe.ts";
import type { System } from "../../../../../rotator/systems/system.ts";
import { type ContractFeature, systemContract } from "../../../../../rotator/testing/contract.ts";
import { FAKE_ADMIN, FAKE_ADMIN_TOKEN, FakeAccounts } from "../../../../harness/fakes/accounts.ts";
import { artifactory } from "../../../../harness/fakes/artifactory.ts";
import { awx } from "../../../../harness/fakes/awx.ts";
import { elasticsearch } from "../../../../harness/fakes/elasticsearch.ts";
import {
  type FakeProduct,
  type Routes,
  startFake,
} from "../../../../harness/fakes/fake-product.ts";
import { forgejo, gitea } from "../../../../harness/fakes/gitea.ts";
import { grafana } from "../../../../harness/fakes/grafana.ts";
import { harbor } from "../../../../harness/fakes/harbor.ts";
import { jenkins } from "../../../../harness/fakes/jenkins.ts";
import { KEYCLOAK, keycloak } from "../../../../harness/fakes/keycloak.ts";
import { nexus } from "../../../../harness/fakes/nexus.ts";
import { okta } from "../../../../harness/fakes/okta.ts";
import { openobserve } from "../../../../harness/fakes/openobserve.ts";
import { opensearch } from "../../../../harness/fakes/opensearch.ts";
import { sonarqube } from "../../../../harness/fakes/sonarqube.ts";
import { splunk } from "../../../../harness/fakes/splunk.ts";
import { stepContext, systemFrom } from "../support.ts";
import { behindProxies } from "./proxy-pages.ts";

interface Case {
  readonly recipe: string;
  /** The product, where the recipe serves several. */
  readonly product?: string;
  readonly routes: (accounts: FakeAccounts) => Routes;
  /** Authorities that the product knows. */
  readonly authorities: readonly ("account" | "admin")[];
  readonly parameters?: Record<string, string>;
  readonly admin?: object;
  /**
   * Whether a lock is told apart from a wrong password: always, where there is an admin, or only that there may be
   * one, where there is an admin. Default: no, which the notes say.
   */
  readonly locked?: "always" | "with-admin" | "may-be";
  /**
   * Whether a disabled account is told apart from a wrong password: where there is an admin, or also without one if
   * the password is right. Default: no.
   */
  readonly disabled?: "with-admin" | "if-right";
  /** The product takes any password. */
  readonly takesAny?: true;
}

const password = { username: FAKE_ADMIN.username, password_env: "ADMIN_PASSWORD" };
const token = { token_env: "ADMIN_TOKEN" };
const both = ["account", "admin"] as const;

const CASES: readonly Case[] = [
  {
    recipe: "keycloak",
    routes: keycloak,
    authorities: ["admin"],
    parameters: { realm: KEYCLOAK.realm, probe_client: KEYCLOAK.probeClient },
    admin: { client_id: KEYCLOAK.adminClient, client_secret_env: "CLIENT_SECRET" },
    locked: "with-admin",
    disabled: "with-admin",
  },
  {
    recipe: "grafana",
    routes: grafana,
    authorities: both,
    locked: "always",
    disabled: "if-right",
  },
  { recipe: "splunk", routes: splunk, authorities: both, locked: "with-admin" },
  {
    recipe: "okta",
    routes: okta,
    authorities: both,
    admin: token,
    locked: "with-admin",
    disabled: "with-admin",
  },
  { recipe: "elasticsearch", routes: elasticsearch, authorities: both, disabled: "with-admin" },
  { recipe: "opensearch", routes: opensearch, authorities: both, locked: "may-be" },
  { recipe: "awx", routes: awx, authorities: both },
  { recipe: "openobserve", routes: openobserve, authorities: both },
  { recipe: "sonarqube", routes: sonarqube, authorities: both },
  { recipe: "harbor", routes: harbor, authorities: both },
  { recipe: "harbor-robot", routes: harbor, authorities: ["admin"], disabled: "with-admin" },
  {
    recipe: "artifactory",
    routes: artifactory,
    authorities: ["admin"],
    admin: token,
    locked: "with-admin",
    disabled: "with-admin",
  },
  { recipe: "nexus", routes: nexus, authorities: ["admin"], disabled: "with-admin" },
  { recipe: "gitea", routes: gitea, authorities: ["admin"], admin: token, disabled: "with-admin" },
  { recipe: "jenkins", routes: jenkins, authorities: ["admin"], takesAny: true },
  {
    recipe: "gitea",
    product: "Forgejo",
    routes: forgejo,
    authorities: ["admin"],
    admin: token,
    disabled: "with-admin",
  },
];

function caseOf(recipe: string): Case {
  const found = CASES.find((one) => one.recipe === recipe);
  if (found === undefined) throw new Error(`there is no recipe ${recipe}`);
  return found;
}

/** Recipes whose products run for real, so that they have no fake. */
const WITHOUT_FAKE = [
  ...["influxdb-1", "keystone", "mediawiki", "rabbitmq", "reporting-app", "verdaccio"],
  "zabbix",
];

/** Recipes whose cases are elsewhere: in the tests beside this one, or against the product itself. */
const ELSEWHERE: readonly string[] = [
  ...["artifactory-token", "azure-devops-pat", "confluent-cloud-key"],
  ...["datadog-api-key", "gitea-token", "gitlab-project-token", "gitlab-token", "grafana-token"],
  ...["jenkins-token", "openai-admin-key", "sonarqube-token"],
  ...WITHOUT_FAKE,
];

test("every shipped recipe has its cases", async () => {
  const covered = new Set([...CASES.map(({ recipe }) => recipe), ...ELSEWHERE]);
  expect((await shippedRecipes()).toSorted()).toEqual([...covered].toSorted());
});

const environment = {
  ADMIN_PASSWORD: FAKE_ADMIN.password,
  ADMIN_TOKEN: FAKE_ADMIN_TOKEN,
  CLIENT_SECRET: KEYCLOAK.adminSecret,
};

/** Names and passwords full of what URLs, forms, JSON and headers treat specially. */
const USERNAME = "svc reporting+1/ä?#%2e@example.com";
const INITIAL = 'Initial "1" \\ & = + % {} é';

let fake: FakeProduct | undefined;
let system: System | undefined;
afterEach(async () => {
  await system?.close?.();
  await fake?.stop();
});

async function start({ routes, recipe, parameters, admin }: Case, authority: "account" | "admin") {
  const accounts = new FakeAccounts();
  const account = accounts.add(USERNAME, INITIAL);
  fake = await startFake(routes(accounts));
  const needsAdmin = authority === "admin" || recipe === "okta";
  system = await systemFrom(
    {
      type: "http",
      recipe,
      origin: fake.url,
      allow_plain_http: true,
      authority,
      ...(parameters && { parameters }),
      ...(needsAdmin && { admin: admin ?? password }),
    },
    environment,
  );
  return { accounts, account, fake, system };
}

for (const product of CASES) {
  for (const authority of product.authorities) {
    describe(`${product.product ?? product.recipe}, authority ${authority}`, () => {
      const hasReconcile = authority === "admin" || product.recipe === "okta";
      const features: ContractFeature[] = ["passwords", "outage"];
      if (!product.takesAny) features.push("policy");
      if (authority === "account") features.push("compares-current");
      if (hasReconcile) features.push("reconcile");
      let count = 0;
      const checks = systemContract(features, async () => {
        const { fake, system, account } = await start(product, authority);
        return {
          system,
          current: { username: account.username, password: account.password },
          freshPassword: () => `Fresh ${count++} "x" \\ & = + % ü`,
          weakPassword: "abc",
          outage: { begin: () => fake.fail("down"), end: () => fake.fail("none") },
        };
      });
      for (const { name, run } of checks) test(name, run);

      const current = { username: USERNAME, password: INITIAL };
      const next = { username: USERNAME, password: "Next password 22!" };

      test.each([
        "lost",
        "garbled",
      ] as const)("an answer that is %s leaves the change ambiguous, and a probe tells the truth", async (failure) => {
        const { fake, system, account } = await start(product, authority);
        fake.fail(failure);
        const change = await system.change(current, next, stepContext());
        // Where the admin's or account's own login got no answer, the change was not sent at all.
        if (change.result === "refused") {
          expect(change).toMatchObject({ sent: false });
          expect(account.password).toBe(INITIAL);
        } else expect(change.result).toBe("ambiguous");
        expect((await system.probe(current, stepContext())).result).toBe("unknown");
        fake.fail("none");
        const wanted = account.password === next.password ? "valid" : "invalid";
        expect((await system.probe(next, stepContext())).result).toBe(wanted);
      });

      test.each([
        "locked",
        "disabled",
      ] as const)("an account that is %s does not look like a wrong password where the product can be asked", async (state) => {
        const { system, account } = await start(product, authority);
        account[state] = true;
        const said = product[state];
        for (const credential of [current, next]) {
          const probe = await system.probe(credential, stepContext());
          const isRight = credential === current;
          const isTold = hasReconcile || said === "always" || (said === "if-right" && isRight);
          if (said !== undefined && said !== "may-be" && isTold)
            expect(probe).toMatchObject({ result: "unknown", account: state });
          else if (said === "may-be" && hasReconcile)
            expect(probe).toMatchObject({ result: "unknown", reason: "may_be_blocked" });
          else expect(probe.result).not.toBe("unknown");
        }
      });

      test("the refusal of a proxy is not taken for the product's", async () => {
        const { fake, system } = await start(product, authority);
        await behindProxies(fake, async () => {
          expect(await system.probe(current, stepContext())).toMatchObject({ result: "unknown" });
        });
      });

      test("a probe costs one failed login at most", async () => {
        const { accounts, fake, system } = await start(product, authority);
        await system.probe(current, stepContext());
        expect(fake.calls).toHaveLength(1);
        expect(accounts.failedLogins).toBe(0);
        await system.probe(next, stepContext());
        expect(accounts.failedLogins).toBeLessThanOrEqual(1);
        const login = fake.calls[0];
        const ofAdmin = product.recipe === "splunk" ? 1 : 0;
        const logins = fake.calls.filter((call) => call === login).length;
        expect(logins).toBe(2 + (hasReconcile ? ofAdmin : 0));
      });

      test("only the one account is changed", async () => {
        const { accounts, system } = await start(product, authority);
        expect((await system.change(current, next, stepContext())).result).toBe("changed");
        const others = accounts.all().filter(({ username }) => username !== USERNAME);
        expect(others.map(({ password }) => password)).toEqual([
          "some-password-1A!",
          FAKE_ADMIN.password,
        ]);
      });
    });
  }
}

test.each(
  WITHOUT_FAKE,
)("%s: the refusal of a proxy is not taken for the product's", async (recipe) => {
  const { change } = await loadRecipe(recipe, "/");
  fake = await startFake({});
  const config = { type: "http", recipe, origin: fake.url, allow_plain_http: true };
  const authority = change.account ? "account" : "admin";
  const admin = change.account ? {} : { admin: { ...password, ...token } };
  const proxied = await systemFrom({ ...config, authority, ...admin }, environment);
  system = proxied;
  await behindProxies(fake, async () => {
    const probe = await proxied.probe({ username: USERNAME, password: INITIAL }, stepContext());
    expect(probe).toMatchObject({ result: "unknown" });
  });
});

test.each(
  CASES,
)("$recipe: a wrong admin credential is refused or unsure, and changes nothing", async (product) => {
  if (!product.authorities.includes("admin")) throw new Error("every product knows an admin");
  const { account, system } = await start(
    { ...product, admin: product.admin ?? password },
    "admin",
  );
  await system.close?.();
  const wrong = { ADMIN_PASSWORD: "wrong", ADMIN_TOKEN: "wrong", CLIENT_SECRET: "wrong" };
  const other = await systemFrom(
    {
      type: "http",
      recipe: product.recipe,
      origin: fake?.url,
      allow_plain_http: true,
      authority: "admin",
      admin: product.admin ?? password,
      ...(product.parameters && { parameters: product.parameters }),
    },
    wrong,
  );
  const current = { username: USERNAME, password: INITIAL };
  const change = await other.change(current, { ...current, password: "Other 22!" }, stepContext());
  expect(["refused", "ambiguous"]).toContain(change.result);
  expect(account.password).toBe(INITIAL);
  await other.close?.();
});

test.each([
  ["You must change your password. Change it at: /user/change_password", "valid", "must_change"],
  ["This account is prohibited from signing in, please contact", "unknown", "disabled"],
  ["This account is not activated.", "unknown", "disabled"],
] as const)("gitea says to the right password: %s", async (message, result, account) => {
  const { fake, system } = await start(caseOf("gitea"), "admin");
  fake.answer({ status: 403, json: { message } });
  const current = { username: USERNAME, password: INITIAL };
  expect(await system.probe(current, stepContext())).toMatchObject({ result, account });
});

test("a refused robot of harbor that has an end leaves the recipe unsure, for it may have ended", async () => {
  const { account, system } = await start(caseOf("harbor-robot"), "admin");
  account.ends = 1_900_000_000;
  const probe = (password: string) => system.probe({ username: USERNAME, password }, stepContext());
  expect(await probe(INITIAL)).toMatchObject({ result: "valid" });
  expect(await probe("wrong")).toMatchObject({ result: "unknown", reason: "may_have_ended" });
});

// cspell:ignore authorised -- the product's spelling
test.each([
  ["admin", "You are not authorised to change the password", "not_permitted"],
  ["account", "Existing/old password mismatch , please provide valid", "wrong_current_password"],
] as const)("openobserve tells authority %s in its own words that nothing was changed: %s", async (authority, message, reason) => {
  const { fake, system } = await start(caseOf("openobserve"), authority);
  fake.answer({ status: 400, json: { code: 400, message } });
  const current = { username: USERNAME, password: INITIAL };
  const change = await system.change(current, { ...current, password: "Other 22!" }, stepContext());
  expect(change).toMatchObject({ result: "refused", reason });
});
