import type { FakeAccount, FakeAccounts } from "./accounts.ts";
import type { Call, Reply, Routes } from "./fake-product.ts";
import { tokensOf } from "./tokens.ts";

/** The JFrog Platform: a login with a password; the Access API for access tokens and users. */
export function artifactory(accounts: FakeAccounts): Routes {
  const error = (status: number, message: string): Reply => ({
    status,
    json: { errors: [{ code: status === 401 ? "UNAUTHORIZED" : "FORBIDDEN", message }] },
  });
  const signedIn = (handler: (call: Call, caller: FakeAccount) => Reply) => (call: Call) => {
    const caller = accounts.byToken(call.token("bearer"));
    return caller === undefined ? error(401, "HTTP 401 Unauthorized") : handler(call, caller);
  };
  const asAdmin = (handler: (call: Call) => Reply) =>
    signedIn((call, { admin }) => (admin ? handler(call) : error(403, "HTTP 403 Forbidden")));
  const userOf = (handler: (account: FakeAccount, call: Call) => Reply) =>
    asAdmin((call) => {
      const account = accounts.get(call.params.name ?? "");
      return account === undefined ? error(404, "HTTP 404 Not Found") : handler(account, call);
    });
  const view = ({ username, locked, disabled }: FakeAccount) => ({
    username,
    realm: "internal",
    status: locked ? "locked" : disabled ? "disabled" : "enabled",
    internal_password_disabled: false,
  });
  return {
    "GET /artifactory/api/repositories": ({ basic }) => {
      const caller = accounts.login(basic);
      return caller === undefined || caller.locked || caller.disabled
        ? { status: 401, json: { errors: [{ status: 401, message: "Bad credentials" }] } }
        : { status: 200, json: [] };
    },
    "GET /access/api/v2/users/:name": userOf((account) => ({ status: 200, json: view(account) })),
    "PATCH /access/api/v2/users/:name": userOf((account, { body }) => {
      const password = String(body.password);
      if (password.length < 8) return error(400, "password does not meet the policy");
      account.password = password;
      return { status: 200, json: view(account) };
    }),
    "GET /access/api/v1/system/ping": () => ({ status: 200, text: "OK" }),
    "GET /access/api/v1/tokens/me": signedIn((_, { username }) => ({
      status: 200,
      json: { token_id: "in-use", subject: username },
    })),
    "GET /access/api/v1/tokens": asAdmin(({ query }) => ({
      status: 200,
      json: {
        tokens: accounts
          .all()
          .flatMap((account) => tokensOf(account).list())
          .filter(({ name }) => name === query.get("description"))
          .map(({ id, name }) => ({ token_id: id, description: name })),
      },
    })),
    "POST /access/api/v1/tokens": asAdmin(({ body }) => {
      const account = accounts.get(String(body.username));
      if (account === undefined || body.expires_in !== 0) return error(400, "bad request");
      const { id, value } = tokensOf(account).make(String(body.description));
      return {
        status: 200,
        json: { token_id: id, access_token: value, token_type: "Bearer", scope: body.scope },
      };
    }),
    "DELETE /access/api/v1/tokens/:token": asAdmin(({ params }) => {
      const missing = { status: 204, text: "" };
      const ended = accounts
        .all()
        .map((account) => tokensOf(account).end(params.token, { status: 200, json: {} }, missing));
      return ended.find(({ status }) => status === 200) ?? missing;
    }),
  };
}
