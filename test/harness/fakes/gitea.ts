import type { FakeAccount, FakeAccounts } from "./accounts.ts";
import type { Call, Reply, Routes } from "./fake-product.ts";

const failure = (status: number, message: string): Reply => ({
  status,
  json: { message, url: "/api/swagger" },
});

/** What the product says to somebody whom it does not let in. */
type Refusal = (call: Call, accounts: FakeAccounts) => string;

const inForgejo: Refusal = ({ basic, token }, accounts) => {
  if (basic === undefined) return `access token does not exist [sha: ${token("token")}]`;
  const account = accounts.get(basic.username);
  const who = `[uid: ${account?.id ?? 0}, name: ${basic.username}]`;
  if (account === undefined) return `user does not exist ${who}`;
  const isRight = account.password === basic.password;
  return isRight ? `user is not allowed login ${who}` : `user's password is invalid ${who}`;
};

/** Forgejo 15: as Gitea, but for what it says to somebody whom it does not let in. */
export const forgejo = (accounts: FakeAccounts) => gitea(accounts, inForgejo);

/** Forgejo before 15. */
export const oldForgejo = (accounts: FakeAccounts) =>
  gitea(accounts, (call) =>
    call.basic ? inForgejo(call, accounts) : "user does not exist [uid: 0, name: ]",
  );

/** Gitea 1.24: own user, users seen by an admin, change by an admin, access tokens. */
export function gitea(
  accounts: FakeAccounts,
  refusal: Refusal = () => "invalid username, password or token",
): Routes {
  let serial = 0;
  const signedIn = (handler: (call: Call, caller: FakeAccount) => Reply) => (call: Call) => {
    const caller = accounts.login(call.basic) ?? accounts.byToken(call.token("token"));
    return caller === undefined || caller.disabled
      ? failure(401, refusal(call, accounts))
      : handler(call, caller);
  };
  const view = ({ id, username, disabled }: FakeAccount) => ({
    id: Number(id),
    active: true,
    prohibit_login: disabled,
    login: username,
    login_name: "",
    source_id: 0,
  });
  // Tokens are made with a password only, by the user or a site administrator.
  const tokensOf = (handler: (account: FakeAccount, call: Call) => Reply) =>
    signedIn((call, caller) => {
      const account = accounts.get(call.params.name ?? "");
      if (call.basic === undefined) return failure(401, "auth required");
      if (account === undefined) return failure(404, "user does not exist");
      if (caller !== account && !caller.admin) return failure(403, "doer should be the site admin");
      return handler(account, call);
    });
  return {
    "GET /api/v1/user": signedIn((_, caller) => ({ status: 200, json: view(caller) })),
    "GET /api/v1/users/:name": signedIn(({ params }) => {
      const account = accounts.get(params.name ?? "");
      return account === undefined
        ? failure(404, "user does not exist")
        : { status: 200, json: view(account) };
    }),
    "PATCH /api/v1/admin/users/:name": signedIn(({ params, body }, caller) => {
      if (!caller.admin) return failure(403, "user should be the site admin");
      const account = accounts.get(params.name ?? "");
      if (account === undefined) return failure(404, "user does not exist");
      if (body.login_name === "" || body.source_id !== 0)
        return failure(422, "[LoginName]: Required");
      if (String(body.password).length < 8) return failure(400, "password is too short");
      account.password = String(body.password);
      return { status: 200, json: view(account) };
    }),
    "POST /api/v1/users/:name/tokens": tokensOf(({ tokens }, { body }) => {
      const name = String(body.name);
      if (tokens.has(name)) return failure(400, "access token name has been used already");
      const sha1 = `sha1-of-token-${serial++}`;
      tokens.set(name, sha1);
      return { status: 201, json: { id: serial, name, sha1 } };
    }),
    "DELETE /api/v1/users/:name/tokens/:token": tokensOf(({ tokens }, { params }) =>
      tokens.delete(params.token ?? "")
        ? { status: 204, text: "" }
        : failure(404, "The target couldn't be found."),
    ),
  };
}
