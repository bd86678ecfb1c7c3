import type { FakeAccount, FakeAccounts } from "./accounts.ts";
import type { Call, Reply, Routes } from "./fake-product.ts";
import { tokensOf } from "./tokens.ts";

const failure = (status: number, message: string): Reply => ({
  status,
  json: { message },
  headers: { "X-Gitlab-Meta": '{"correlation_id":"0","version":"1"}' },
});
const gone = { status: 204, text: "" };
const DATE = /^\d{4}-\d\d-\d\d$/;

/** GitLab 17: personal access tokens, seen by an administrator; the tokens of a project. */
export function gitlab(accounts: FakeAccounts): Routes {
  const signedIn = (handler: (call: Call, caller: FakeAccount) => Reply) => (call: Call) => {
    const caller = accounts.byToken(call.token("bearer"));
    return caller === undefined ? failure(401, "401 Unauthorized") : handler(call, caller);
  };
  const asAdmin = (handler: (call: Call) => Reply) =>
    signedIn((call, { admin }) => (admin ? handler(call) : failure(403, "403 Forbidden")));
  const listed = (account: FakeAccount, { query }: Call): Reply => ({
    status: 200,
    headers: { "X-Next-Page": "" },
    json: tokensOf(account)
      .list()
      .filter(({ name }) => name.includes(query.get("search") ?? ""))
      .map(({ id, name }) => ({ id: Number(id), name, active: true })),
  });
  const made = (account: FakeAccount, { body }: Call): Reply => {
    const { name, scopes, expires_at } = body as Record<string, unknown>;
    const badScopes = !Array.isArray(scopes) || scopes.length === 0;
    if (badScopes || !DATE.test(String(expires_at))) return failure(400, "400 Bad request");
    const { id, value } = tokensOf(account).make(String(name));
    return { status: 201, json: { id: Number(id), name, active: true, expires_at, token: value } };
  };
  const project = (handler: (account: FakeAccount, call: Call) => Reply) =>
    asAdmin((call) => {
      const account = accounts.get(call.params.project ?? "");
      return account === undefined ? failure(404, "404 Project Not Found") : handler(account, call);
    });
  return {
    "GET /api/v4/personal_access_tokens/self": signedIn(() => ({
      status: 200,
      json: { id: 1, name: "in use", revoked: false, active: true },
    })),
    "GET /api/v4/users": asAdmin(({ query }) => {
      const account = accounts.get(query.get("username") ?? "");
      return {
        status: 200,
        json: account ? [{ id: Number(account.id), username: account.username }] : [],
      };
    }),
    "GET /api/v4/personal_access_tokens": asAdmin((call) => {
      const account = accounts.byId(call.query.get("user_id") ?? "");
      return account === undefined ? failure(404, "404 User Not Found") : listed(account, call);
    }),
    "POST /api/v4/users/:user/personal_access_tokens": asAdmin((call) => {
      const account = accounts.byId(call.params.user ?? "");
      return account === undefined ? failure(404, "404 User Not Found") : made(account, call);
    }),
    "DELETE /api/v4/personal_access_tokens/:token": asAdmin(({ params }) => {
      const missing = failure(404, "404 Token Not Found");
      const answers = accounts
        .all()
        .map((account) => tokensOf(account).end(params.token, gone, missing));
      return answers.find(({ status }) => status === 204) ?? missing;
    }),
    "GET /api/v4/projects/:project/access_tokens": project(listed),
    "POST /api/v4/projects/:project/access_tokens": project((account, call) =>
      /^[1-5]0$/.test(String(call.body.access_level))
        ? made(account, call)
        : failure(400, "400 Bad request"),
    ),
    "DELETE /api/v4/projects/:project/access_tokens/:token": project((account, { params }) =>
      tokensOf(account).end(params.token, gone, failure(404, "404 Token Not Found")),
    ),
  };
}
