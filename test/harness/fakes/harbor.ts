import type { FakeAccount, FakeAccounts } from "./accounts.ts";
import type { Call, Reply, Routes } from "./fake-product.ts";

const failure = (status: number, code: string, message: string): Reply => ({
  status,
  json: { errors: [{ code, message }] },
});

/**
 * Harbor 2: the current user, users found by name, passwords by oneself and by an administrator; the
 * registry's own login, and robot accounts.
 */
export function harbor(accounts: FakeAccounts): Routes {
  const signedIn = (handler: (call: Call, caller: FakeAccount) => Reply) => (call: Call) => {
    const caller = accounts.login(call.basic);
    return caller === undefined || caller.locked || caller.disabled
      ? failure(401, "UNAUTHORIZED", "unauthorized")
      : handler(call, caller);
  };
  const asAdmin = (handler: (call: Call) => Reply) =>
    signedIn((call, { admin }) =>
      admin ? handler(call) : failure(403, "FORBIDDEN", "no permission"),
    );
  const view = ({ id, username }: FakeAccount) => ({ user_id: Number(id), username });
  const robot = ({ id, username, disabled, ends = -1 }: FakeAccount) => ({
    id: Number(id),
    name: username,
    level: "system",
    disable: disabled,
    expires_at: ends,
  });
  const robotOf = (handler: (robot: FakeAccount, call: Call) => Reply) =>
    asAdmin((call) => {
      const account = accounts.byId(call.params.id ?? "");
      return account ? handler(account, call) : failure(404, "NOT_FOUND", "robot not found");
    });
  return {
    "GET /api/v2.0/systeminfo": () => ({ status: 200, json: { auth_mode: "db_auth" } }),
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
    "GET /v2/": (call) => {
      const answer = signedIn(() => ({ status: 200, json: {} }))(call);
      const version = { "docker-distribution-api-version": "registry/2.0" };
      const challenge = { "www-authenticate": 'Basic realm="harbor"' };
      return { ...answer, headers: { ...version, ...(answer.status === 401 && challenge) } };
    },
    "GET /api/v2.0/robots": asAdmin(({ query }) =>
      query.get("q") === "Level=system"
        ? { status: 200, json: accounts.all().map(robot) }
        : failure(400, "BAD_REQUEST", "must with project ID when to query project robots"),
    ),
    "GET /api/v2.0/robots/:id": robotOf((account) => ({ status: 200, json: robot(account) })),
    "PATCH /api/v2.0/robots/:id": robotOf((account, { body }) => {
      const secret = String(body.secret);
      const rules = [/^.{8,128}$/, /[A-Z]/, /[a-z]/, /[0-9]/];
      if (!rules.every((rule) => rule.test(secret)))
        return failure(
          400,
          "BAD_REQUEST",
          "the secret must be 8-128, inclusively, characters long",
        );
      account.password = secret;
      return { status: 200, json: {} };
    }),
  };
}
