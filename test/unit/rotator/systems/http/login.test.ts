import { afterEach, expect, test } from "vitest";
import type { System } from "../../../../../rotator/systems/system.ts";
import { type LoopbackServer, listenOnLoopback } from "../../../../harness/loopback.ts";
import { alice, stepContext, systemFrom } from "../support.ts";

let server: LoopbackServer | undefined;
let system: System | undefined;
afterEach(async () => {
  await system?.close?.();
  await server?.stop();
});

interface Seen {
  readonly url: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** Serves answers by path and keeps what was sent; a system with one authentication flow uses it. */
async function withFlow(
  authentication: object,
  answers: Record<
    string,
    (seen: Seen) => { status: number; headers?: Record<string, string | string[]>; body?: object }
  >,
) {
  const seen: Seen[] = [];
  server = await listenOnLoopback(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = {
      url: request.url ?? "",
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    seen.push(call);
    const { status, headers, body } = answers[call.url]?.(call) ?? { status: 404 };
    response.writeHead(status, headers);
    response.end(JSON.stringify(body ?? {}));
  });
  system = await systemFrom({
    type: "http",
    origin: server.url,
    allow_plain_http: true,
    recipe: {
      recipe: 1,
      product: "Test",
      api_version: "1",
      authentication: { account: authentication },
      probe: {
        request: { method: "GET", path: "/me" },
        answers: { valid: [{ status: 200 }], invalid: [{ status: 401 }] },
      },
      change: {
        account: {
          as: "account",
          request: { method: "POST", path: "/password", json: { p: { $value: "next.password" } } },
          answers: { changed: [{ status: 204 }] },
        },
      },
    },
  });
  return { seen, system };
}

const account = {
  username: { $value: "account.username" },
  password: { $value: "account.password" },
};

test("a session: cookies of both steps are sent, one of them repeated in a header", async () => {
  const { seen, system } = await withFlow(
    {
      type: "session",
      prepare: { method: "GET", path: "/login" },
      request: { method: "POST", path: "/login/do", form: account },
      answers: { accepted: [{ status: 303 }], refused: [{ status: 200 }] },
      csrf: { cookie: "csrftoken", header: "X-CSRFToken" },
    },
    {
      "/login": () => ({ status: 200, headers: { "set-cookie": "csrftoken=abc; Path=/" } }),
      "/login/do": ({ body }) =>
        body === "username=alice&password=right%20one%26"
          ? {
              status: 303,
              headers: { location: "/", "set-cookie": ["sid=s1; HttpOnly", "csrftoken=def"] },
            }
          : { status: 200 },
      "/me": ({ headers }) => ({ status: headers.cookie === "csrftoken=def; sid=s1" ? 200 : 401 }),
      "/password": ({ headers }) => ({ status: headers["x-csrftoken"] === "def" ? 204 : 403 }),
    },
  );
  expect(await system.probe(alice("right one&"), stepContext())).toEqual({ result: "valid" });
  expect(await system.probe(alice("wrong"), stepContext())).toMatchObject({ result: "invalid" });
  expect(await system.change(alice("right one&"), alice("n"), stepContext())).toEqual({
    result: "changed",
  });
  const login = seen.find(({ url }) => url === "/login/do");
  expect(login?.headers).toMatchObject({ cookie: "csrftoken=abc", "x-csrftoken": "abc" });
});

test("a login page without a session is unknown", async () => {
  const { system } = await withFlow(
    {
      type: "session",
      request: { method: "POST", path: "/login", form: account },
      answers: { accepted: [{ status: 303 }] },
    },
    { "/login": () => ({ status: 303 }) },
  );
  expect(await system.probe(alice("x"), stepContext())).toEqual({
    result: "unknown",
    reason: "no_session",
  });
});

test("an OAuth client may prove itself with basic credentials, form-encoded first", async () => {
  const { seen, system } = await withFlow(
    {
      type: "oauth_password",
      token_path: "/token",
      client_id: "kit client",
      client_secret: "s:e+c",
      client_authentication: "basic",
      scope: "openid",
      ...account,
    },
    {
      "/token": ({ body }) =>
        new URLSearchParams(body).get("password") === "right"
          ? { status: 200, body: { access_token: "t-1" } }
          : { status: 400, body: { error: "invalid_grant" } },
      "/me": ({ headers }) => ({ status: headers.authorization === "Bearer t-1" ? 200 : 403 }),
    },
  );
  expect(await system.probe(alice("right"), stepContext())).toEqual({ result: "valid" });
  expect(await system.probe(alice("wrong"), stepContext())).toMatchObject({ result: "invalid" });
  expect(seen[0]?.headers.authorization).toBe(
    `Basic ${Buffer.from("kit+client:s%3Ae%2Bc").toString("base64")}`,
  );
  expect(Object.fromEntries(new URLSearchParams(seen[0]?.body))).toEqual({
    grant_type: "password",
    username: "alice",
    password: "right",
    scope: "openid",
  });
});

test("an OAuth error that is about the client says nothing about the account", async () => {
  const { system } = await withFlow(
    { type: "oauth_password", token_path: "/token", client_id: "kit", ...account },
    { "/token": () => ({ status: 401, body: { error: "invalid_client" } }) },
  );
  expect(await system.probe(alice("x"), stepContext())).toMatchObject({ result: "unknown" });
});

test("a token with a line break does not become a header", async () => {
  const { seen, system } = await withFlow(
    {
      type: "login",
      request: { method: "POST", path: "/login", json: account },
      answers: { accepted: [{ status: 200 }] },
      token: "/token",
    },
    { "/login": () => ({ status: 200, body: { token: "t\r\nX-Admin: 1" } }) },
  );
  expect(await system.probe(alice("x"), stepContext())).toEqual({
    result: "unknown",
    reason: "token_not_allowed",
  });
  expect(seen.map(({ url }) => url)).toEqual(["/login"]);
});

test("basic credentials cannot carry a colon in the user name", async () => {
  const { seen, system } = await withFlow({ type: "basic", ...account }, {});
  const odd = { username: "alice:admin", password: "x" };
  expect(await system.probe(odd, stepContext())).toEqual({
    result: "unknown",
    reason: "value_not_allowed",
    sent: false,
  });
  expect(seen).toEqual([]);
});

test("answers that nobody described are unknown and ambiguous, with the status as reason", async () => {
  const { system } = await withFlow(
    { type: "basic", ...account },
    { "/me": () => ({ status: 418 }), "/password": () => ({ status: 500 }) },
  );
  expect(await system.probe(alice("x"), stepContext())).toEqual({
    result: "unknown",
    reason: "unexpected_status_418",
    status: 418,
  });
  expect(await system.change(alice("x"), alice("y"), stepContext())).toEqual({
    result: "ambiguous",
    reason: "unexpected_status_500",
    status: 500,
  });
});
