import type { FakeAccount, FakeAccounts } from "./accounts.ts";
import type { Call, Reply, Routes } from "./fake-product.ts";

/** AWX 24: own account and users of API v2. */
export function awx(accounts: FakeAccounts): Routes {
  const signedIn = (handler: (call: Call, account: FakeAccount) => Reply) => (call: Call) => {
    const account = accounts.login(call.basic);
    return account === undefined || account.locked
      ? { status: 401, json: { detail: "Invalid username/password." } }
      : handler(call, account);
  };
  const list = (found: readonly FakeAccount[]): Reply => ({
    status: 200,
    json: {
      count: found.length,
      results: found.map(({ id, username }) => ({ id: Number(id), username })),
    },
  });
  return {
    "GET /api/v2/me/": signedIn((_, account) => list([account])),
    "GET /api/v2/users/": signedIn(({ query }, caller) =>
      list(
        caller.admin
          ? accounts.all().filter(({ username }) => username === query.get("username"))
          : [],
      ),
    ),
    "PATCH /api/v2/users/:id/": signedIn(({ params, body }, caller) => {
      const account = accounts.byId(params.id ?? "");
      if (account === undefined) return { status: 404, json: { detail: "Not found." } };
      if (!caller.admin && caller !== account) {
        return { status: 403, json: { detail: "You do not have permission." } };
      }
      const password = String(body.password);
      if (password.length < 8) {
        return { status: 400, json: { password: ["This password is too short."] } };
      }
      account.password = password;
      return { status: 200, json: { id: Number(account.id), username: account.username } };
    }),
  };
}
