import { FAKE_ADMIN_TOKEN, type FakeAccounts } from "./accounts.ts";
import type { Call, Reply, Routes } from "./fake-product.ts";

const unauthorized = (messageId: string, message = "Invalid username or password"): Reply => ({
  status: 401,
  json: { message, messageId, statusCode: 401 },
});
const invalidKey = unauthorized("api-key.invalid", "Invalid API key");

/** Grafana 11 and 12: users and their passwords, service accounts and their tokens. */
export function grafana(accounts: FakeAccounts): Routes {
  const signedIn = (handler: (call: Call, id: string) => Reply) => (call: Call) => {
    if (accounts.get(call.basic?.username ?? "")?.locked)
      return unauthorized("login-attempt.blocked");
    const account = accounts.login(call.basic);
    if (account === undefined) return unauthorized("password-auth.failed");
    return account.disabled
      ? unauthorized("identity.disabled", "Unauthorized")
      : handler(call, account.id);
  };
  const asAdmin = (handler: (call: Call) => Reply) =>
    signedIn((call, id) =>
      accounts.byId(id)?.admin
        ? handler(call)
        : { status: 403, json: { message: "Permission denied" } },
    );
  const set = (id: string, password: unknown): Reply => {
    const account = accounts.byId(id);
    if (account === undefined) return { status: 404, json: { message: "user not found" } };
    if (String(password).length < 4) {
      const messageId = "password-policy-too-short";
      return { status: 400, json: { messageId, message: "New password is too short" } };
    }
    account.password = String(password);
    return { status: 200, json: { message: "User password changed" } };
  };
  return {
    "GET /api/user": signedIn((_, id) => ({
      status: 200,
      json: { id: Number(id), login: accounts.byId(id)?.username },
    })),
    "PUT /api/user/password": signedIn(({ body }, id) =>
      accounts.byId(id)?.password === body.oldPassword
        ? set(id, body.newPassword)
        : {
            status: 400,
            json: { messageId: "user.password-missmatch", message: "Invalid old password" },
          },
    ),
    "GET /api/users/lookup": asAdmin(({ query }) => {
      const account = accounts.get(query.get("loginOrEmail") ?? "");
      return account === undefined
        ? { status: 404, json: { message: "user not found" } }
        : {
            status: 200,
            json: {
              id: Number(account.id),
              login: account.username,
              isDisabled: account.disabled,
            },
          };
    }),
    "PUT /api/admin/users/:id/password": asAdmin(({ params, body }) =>
      set(params.id ?? "", body.password),
    ),
    ...serviceAccounts(accounts),
  };
}

function serviceAccounts(accounts: FakeAccounts): Routes {
  let serial = 0;
  const asAdmin = (handler: (call: Call) => Reply) => (call: Call) =>
    call.token("bearer") === FAKE_ADMIN_TOKEN ? handler(call) : invalidKey;
  const ofAccount = (handler: (tokens: Map<string, string>, call: Call) => Reply) =>
    asAdmin((call) => {
      const account = accounts.byId(call.params.id ?? "");
      return account === undefined
        ? { status: 404, json: { message: "service account not found" } }
        : handler(account.tokens, call);
    });
  const idOf = (name: string) => [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return {
    "GET /api/access-control/user/permissions": (call) =>
      accounts.byToken(call.token("bearer")) === undefined ? invalidKey : { status: 200, json: {} },
    "GET /api/serviceaccounts/search": asAdmin(({ query }) => {
      const wanted = query.get("query") ?? "";
      const found = accounts.all().filter(({ username }) => username.includes(wanted));
      const serviceAccounts = found.map(({ id, username }) => ({
        id: Number(id),
        name: username,
        login: `sa-1-${username}`,
      }));
      return { status: 200, json: { totalCount: found.length, serviceAccounts } };
    }),
    "GET /api/serviceaccounts/:id/tokens": ofAccount((tokens) => ({
      status: 200,
      json: [...tokens.keys()].map((name) => ({ id: idOf(name), name })),
    })),
    "POST /api/serviceaccounts/:id/tokens": ofAccount((tokens, { body }) => {
      const name = String(body.name);
      // Names are unique in the organization, not only within one service account.
      if (accounts.all().some((account) => account.tokens.has(name))) {
        const messageId = "serviceaccounts.ErrTokenAlreadyExists";
        return {
          status: 400,
          json: { messageId, message: "token with given name already exists" },
        };
      }
      const key = `glsa_${serial++}_secret`;
      tokens.set(name, key);
      return { status: 200, json: { id: idOf(name), name, key } };
    }),
    "DELETE /api/serviceaccounts/:id/tokens/:token": ofAccount((tokens, { params }) => {
      const name = [...tokens.keys()].find((key) => String(idOf(key)) === params.token);
      if (name === undefined) return { status: 404, json: { message: "API key not found" } };
      tokens.delete(name);
      return { status: 200, json: { message: "API key deleted" } };
    }),
  };
}
