import type { FakeAccount, FakeAccounts } from "./accounts.ts";
import type { Call, Reply, Routes } from "./fake-product.ts";

const failure = (status: number, code: string, message: string): Reply => ({
  status,
  json: { errors: [{ code, message }] },
});

/** Harbor 2: the current user, users found by name, passwords by oneself and by an administrator. */
export function harbor(accounts: FakeAccounts): Routes {
  const signedIn = (handler: (call: Call, caller: FakeAccount) => Reply) => (call: Call) => {
    const caller = accounts.login(call.basic);
    return caller === undefined || caller.locked || caller.disabled
      ? failure(401, "UNAUTHORIZED", "unauthorized")
      : handler(call, caller);
  };
  const view = ({ id, username }: FakeAccount) => ({ user_id: Number(id), username });
  return {
    "GET /api/v2.0/users/current": signedIn((_, caller) => ({ status: 200, json: view(caller) })),
    "GET /api/v2.0/users/search": signedIn(({ query }) => ({
      status: 200,
      json: accounts
        .all()
        .filter(({ username }) => username.includes(query.get("username") ?? ""))
        .map(view),
    })),
    "PUT /api/v2.0/users/:id/password": signedIn(({ params, body }, caller) => {
      const account = accounts.byId(params.id ?? "");
      if (account === undefined) return failure(404, "NOT_FOUND", "user not found");
      if (account !== caller && !caller.admin)
        return failure(403, "FORBIDDEN", "no permission to change the password");
      if (account === caller && body.old_password !== account.password)
        return failure(403, "FORBIDDEN", "Current password is incorrect");
      const password = String(body.new_password);
      if (password.length < 8)
        return failure(400, "BAD_REQUEST", "the password or secret must be longer than 8 chars");
      account.password = password;
      return { status: 200, text: "" };
    }),
  };
}
