import type { FakeAccount, FakeAccounts } from "./accounts.ts";
import type { Call, Reply, Routes } from "./fake-product.ts";

const failure = (status: number, type: string, reason: string): Reply => ({
  status,
  json: { error: { root_cause: [{ type, reason }], type, reason }, status },
});

/** Elasticsearch 8 and 9: authenticate and change password. */
export function elasticsearch(accounts: FakeAccounts): Routes {
  const signedIn = (handler: (call: Call, account: FakeAccount) => Reply) => (call: Call) => {
    const account = accounts.login(call.basic);
    if (account !== undefined && !account.locked && !account.disabled)
      return handler(call, account);
    const name = call.basic?.username ?? "";
    const reason = `unable to authenticate user [${name}] for REST request [/]`;
    return failure(401, "security_exception", reason);
  };
  const set = (account: FakeAccount | undefined, password: string): Reply => {
    if (password.length < 6) {
      const reason = "Validation Failed: 1: passwords must be at least [6] characters long;";
      return failure(400, "action_request_validation_exception", reason);
    }
    if (account === undefined) {
      const reason = "Validation Failed: 1: user must exist in order to change password;";
      return failure(400, "validation_exception", reason);
    }
    account.password = password;
    return { status: 200, json: {} };
  };
  return {
    "GET /_security/_authenticate": signedIn((_, { username }) => ({
      status: 200,
      json: { username, roles: [], enabled: true },
    })),
    "POST /_security/_query/user": signedIn(({ body }, caller) => {
      if (!caller.admin) return failure(403, "security_exception", "action is unauthorized");
      const { query } = body as { query?: { term?: { username?: string } } };
      const account = accounts.get(query?.term?.username ?? "");
      const users = account ? [{ username: account.username, enabled: !account.disabled }] : [];
      return { status: 200, json: { total: users.length, count: users.length, users } };
    }),
    "POST /_security/user/_password": signedIn(({ body }, account) =>
      set(account, String(body.password)),
    ),
    "POST /_security/user/:name/_password": signedIn(({ body, params }, caller) =>
      caller.admin
        ? set(accounts.get(params.name ?? ""), String(body.password))
        : failure(403, "security_exception", "action is unauthorized for user"),
    ),
  };
}
