import { expect, test } from "vitest";
import { alice, stepContext } from "../support.ts";
import { withRecipe } from "./recipe-system.ts";

const value = (name: string) => ({ $value: name });
const credentials = { user: value("account.username"), pass: value("account.password") };

test("a login form: its hidden field and its cookie go with it, and success is a redirect elsewhere", async () => {
  const page = (action: string) => `<!doctype html><title>x</title>
    <!-- <input name="token" value="commented"> -->
    <form action="${action}"><INPUT type=hidden name=token value="a&amp;&quot;b"><input name=user></form>`;
  const signedIn = ({ headers }: { headers: NodeJS.Dict<string | string[]> }) =>
    headers.cookie === "sid=2";
  const { system, seen } = await withRecipe(
    {
      authentication: {
        account: {
          type: "session",
          find: [
            {
              request: { method: "GET", path: "/login" },
              answers: { found: [{ status: 200 }] },
              save: { token: { input: "token" } },
            },
          ],
          request: {
            method: "POST",
            path: "/login",
            form: { ...credentials, token: value("found.token") },
          },
          answers: {
            accepted: [{ status: 302, headers: [{ header: "Location", equals: "/home" }] }],
            refused: [{ status: 302, headers: [{ header: "Location", contains: "error=1" }] }],
          },
        },
      },
      probe: {},
      change: {
        account: {
          as: "account",
          find: [
            {
              request: { method: "GET", path: "/password" },
              answers: { found: [{ status: 200 }] },
              save: { token: { input: "token" }, csrf: { meta: "csrf-token" } },
            },
          ],
          request: {
            method: "POST",
            path: "/password",
            headers: { "X-CSRF-Token": value("found.csrf") },
            form: { new: value("next.password"), token: value("found.token") },
          },
          answers: { changed: [{ status: 200, body: [{ text_contains: "Password changed" }] }] },
        },
      },
    },
    {
      "GET /login": () => ({
        status: 200,
        headers: { "set-cookie": "sid=1; HttpOnly" },
        body: page("/login"),
      }),
      "POST /login": ({ headers, body }) => {
        const form = new URLSearchParams(body);
        const right = form.get("pass") === "right" && form.get("token") === 'a&"b';
        if (headers.cookie !== "sid=1" || !right)
          return { status: 302, headers: { location: "/login?error=1" } };
        return { status: 302, headers: { location: "/home", "set-cookie": "sid=2" } };
      },
      "GET /password": (call) =>
        signedIn(call)
          ? { status: 200, body: `<meta name="csrf-token" content="c/1">${page("/password")}` }
          : { status: 403 },
      "POST /password": (call) =>
        signedIn(call) && call.headers["x-csrf-token"] === "c/1"
          ? { status: 200, body: "<h1>Password changed</h1>" }
          : { status: 403 },
    },
  );
  expect(await system.probe(alice("right"), stepContext())).toEqual({ result: "valid" });
  expect(await system.probe(alice("wrong"), stepContext())).toMatchObject({ result: "invalid" });
  expect(await system.change(alice("right"), alice("n&1"), stepContext())).toEqual({
    result: "changed",
  });
  const sent = new URLSearchParams(seen.at(-1)?.body);
  expect(Object.fromEntries(sent)).toEqual({ new: "n&1", token: 'a&"b' });
});

test("a page without the field, or with two that differ, sends nothing further", async () => {
  const pages = ["<p>maintenance</p>", "<input name=token value=1><input name=token value=2>"];
  const { system, lines } = await withRecipe(
    {
      authentication: {
        account: {
          type: "session",
          find: [
            {
              request: { method: "GET", path: "/login" },
              answers: { found: [{ status: 200 }] },
              save: { token: { input: "token" } },
            },
          ],
          request: { method: "POST", path: "/login", form: credentials },
          answers: { accepted: [{ status: 302 }], refused: [{ status: 401 }] },
        },
      },
      probe: {},
      change: {
        account: {
          as: "account",
          request: { method: "POST", path: "/password", form: { new: value("next.password") } },
          answers: { changed: [{ status: 200 }] },
        },
      },
    },
    { "GET /login": () => ({ status: 200, body: pages.shift() ?? "" }) },
  );
  for (const _ of [1, 2])
    expect(await system.probe(alice("x"), stepContext())).toMatchObject({ result: "unknown" });
  expect(lines()).toEqual(["GET /login", "GET /login"]);
});

test("a token comes in a header, JSON goes inside a form field", async () => {
  const { system, seen } = await withRecipe(
    {
      authentication: {
        account: {
          type: "login",
          request: {
            method: "POST",
            path: "/tokens",
            json: { name: value("account.username"), password: value("account.password") },
          },
          answers: { accepted: [{ status: 201 }], refused: [{ status: 401 }] },
          token: { header: "X-Subject-Token" },
          header: "X-Auth-Token",
          scheme: "",
        },
      },
      probe: {},
      change: {
        account: {
          as: "account",
          request: {
            method: "POST",
            path: "/query",
            form: {
              q: "SET PASSWORD FOR $user = $password",
              params: { $json: { user: value("next.username"), password: value("next.password") } },
            },
          },
          answers: { changed: [{ status: 200 }] },
        },
      },
    },
    {
      "POST /tokens": () => ({ status: 201, headers: { "x-subject-token": "t-1" } }),
      "POST /query": ({ headers }) => ({ status: headers["x-auth-token"] === "t-1" ? 200 : 403 }),
    },
  );
  expect(await system.probe(alice("x"), stepContext())).toEqual({ result: "valid" });
  expect(await system.change(alice("x"), alice(`n"'&`), stepContext())).toEqual({
    result: "changed",
  });
  const params = new URLSearchParams(seen.at(-1)?.body).get("params") ?? "";
  expect(JSON.parse(params)).toEqual({ user: "alice", password: `n"'&` });
});

test("a change may need no login, where it proves the old password itself", async () => {
  const { system, seen } = await withRecipe(
    {
      authentication: { account: { type: "basic", username: "x", password: credentials.pass } },
      probe: {
        request: { method: "GET", path: "/me" },
        answers: { valid: [{ status: 200 }], invalid: [{ status: 401 }] },
      },
      change: {
        account: {
          as: "nobody",
          request: {
            method: "POST",
            path: "/change",
            json: { ...credentials, next: value("next.password") },
          },
          answers: { changed: [{ status: 204 }], refused: [{ status: 401 }] },
        },
      },
    },
    { "POST /change": () => ({ status: 401 }) },
  );
  expect(await system.change(alice("old"), alice("new"), stepContext())).toEqual({
    result: "refused",
    reason: "refused",
    status: 401,
  });
  expect(seen).toMatchObject([
    { line: "POST /change", body: JSON.stringify({ user: "alice", pass: "old", next: "new" }) },
  ]);
  expect(seen[0]?.headers.authorization).toBeUndefined();
});
