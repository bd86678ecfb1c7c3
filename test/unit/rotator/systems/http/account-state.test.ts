import { expect, test } from "vitest";
import { alice, stepContext } from "../support.ts";
import { type Said, type Seen, withRecipe } from "./recipe-system.ts";

const value = (name: string) => ({ $value: name });
const basicOf = (who: string) => ({
  type: "basic",
  username: value(`${who}.username`),
  password: value(`${who}.password`),
});
const change = (as: string) => ({
  as,
  request: { method: "POST", path: "/password", json: { new: value("next.password") } },
  answers: {
    changed: [{ status: 204 }],
    refused: [{ status: [401, 403], reason: "not_permitted" }],
  },
});
const RECIPE = {
  authentication: {
    account: {
      type: "login",
      request: {
        method: "POST",
        path: "/login",
        json: { u: value("account.username"), p: value("account.password") },
      },
      answers: {
        accepted: [
          { status: 200 },
          { status: 403, account: "must_change", body: [{ at: "/error", equals: "expired" }] },
        ],
        refused: [{ status: 401 }],
      },
      token: "/token",
    },
    admin: basicOf("admin"),
  },
  probe: {
    confirm: {
      as: "admin",
      request: { method: "GET", path: "/users/{account.username}" },
      answers: {
        invalid: [{ status: 200, body: [{ at: "/state", equals: "ok" }] }],
        unknown: [{ status: 200, account: "locked", body: [{ at: "/state", equals: "locked" }] }],
      },
    },
  },
  change: { account: change("account"), admin: change("admin") },
};
const ADMIN = { admin: { username: "root", password_env: "ADMIN_PASSWORD" } };

async function asked(product: Record<string, (seen: Seen) => Said>, config: object = ADMIN) {
  const made = await withRecipe(
    RECIPE,
    { "POST /login": () => ({ status: 401 }), ...product },
    config,
  );
  return { ...made, probe: await made.system.probe(alice("x"), stepContext()) };
}

test("a refusal counts as invalid after the admin has seen that the account can be used", async () => {
  const state = (it: string) => ({
    "GET /users/alice": () => ({ status: 200, body: { state: it } }),
  });
  expect((await asked(state("ok"))).probe).toEqual({ result: "invalid", status: 401 });
  expect((await asked(state("locked"))).probe).toEqual({
    result: "unknown",
    reason: "account_locked",
    account: "locked",
    status: 200,
    refused: true,
  });
});

test("where nobody can tell, nothing is concluded", async () => {
  for (const said of [{ status: 503 }, { status: 403 }, { status: 200, body: "<html>" }]) {
    const { probe } = await asked({ "GET /users/alice": () => said });
    expect(probe).toMatchObject({ result: "unknown" });
    expect(probe).not.toHaveProperty("account");
  }
});

test("the admin is asked only after a refusal, and never shown the account's password", async () => {
  const right = await asked({ "POST /login": () => ({ status: 200, body: { token: "t" } }) });
  expect(right.probe).toEqual({ result: "valid" });
  expect(right.lines()).toEqual(["POST /login"]);
  const wrong = await asked({ "GET /users/alice": () => ({ status: 200, body: { state: "ok" } }) });
  expect(wrong.seen[1]).toMatchObject({ line: "GET /users/alice", body: "" });
  expect(wrong.seen[1]?.headers.authorization).toBe(`Basic ${btoa("root:admin-password")}`);
});

test("without an admin credential the refusal is all there is", async () => {
  const { probe, lines } = await asked({}, {});
  expect(probe).toEqual({ result: "invalid", status: 401 });
  expect(lines()).toEqual(["POST /login"]);
});

test("the right password of an account that a person must see to first is valid, and no login", async () => {
  const { probe, system, lines } = await asked({
    "POST /login": () => ({ status: 403, body: { error: "expired" } }),
  });
  expect(probe).toEqual({ result: "valid", account: "must_change" });
  expect(await system.change(alice("x"), alice("y"), stepContext())).toEqual({
    result: "refused",
    reason: "login_account_must_change",
    authority: "account",
    status: 403,
  });
  expect(lines()).not.toContain("POST /password");
});

test("a refused change says whose credential was refused, and with which status", async () => {
  const made = await withRecipe(
    RECIPE,
    { "POST /password": () => ({ status: 403 }) },
    { ...ADMIN, authority: "admin" },
  );
  expect(await made.system.change(alice("x"), alice("y"), stepContext())).toEqual({
    result: "refused",
    reason: "not_permitted",
    authority: "admin",
    status: 403,
  });
});

test("a look-up that is refused says whose credential it was, too", async () => {
  const find = {
    request: { method: "GET", path: "/users" },
    answers: { found: [{ status: 200 }], refused: [{ status: 401 }] },
    save: { id: "/id" },
  };
  const admin = { ...RECIPE.change.admin, find: [find] };
  const { system } = await withRecipe(
    { ...RECIPE, change: { admin } },
    { "GET /users": () => ({ status: 401 }) },
    { ...ADMIN, authority: "admin" },
  );
  expect(await system.change(alice("x"), alice("y"), stepContext())).toMatchObject({
    result: "refused",
    authority: "admin",
    status: 401,
  });
});

test("a change whose login had no answer was not sent, and says so", async () => {
  const { system } = await asked({ "POST /login": () => ({ status: 503 }) });
  expect(await system.change(alice("x"), alice("y"), stepContext())).toEqual({
    result: "refused",
    reason: "login_unexpected_status_503",
    sent: false,
    status: 503,
  });
});
