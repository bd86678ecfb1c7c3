import type { FakeAccount, FakeAccounts } from "./accounts.ts";
import type { Call, Reply, Routes } from "./fake-product.ts";

const result = (text: string): Reply => ({ status: 400, json: { result: text } });

/** SonarQube Server 2025.1: the current user, a search for users, change_password, user tokens. */
export function sonarqube(accounts: FakeAccounts): Routes {
  let serial = 0;
  // A token goes in place of the user name, with an empty password.
  const whoIs = ({ basic }: Call) =>
    basic?.password === "" ? accounts.byToken(basic.username) : accounts.login(basic);
  const signedIn = (handler: (call: Call, caller: FakeAccount) => Reply) => (call: Call) => {
    const caller = whoIs(call);
    return caller === undefined ? { status: 401, text: "" } : handler(call, caller);
  };
  const forOthers = (handler: (account: FakeAccount, call: Call) => Reply) =>
    signedIn((call, caller) => {
      const account = accounts.get(call.form.get("login") ?? caller.username);
      if (caller !== account && !caller.admin) {
        return { status: 403, json: { errors: [{ msg: "Insufficient privileges" }] } };
      }
      return account === undefined
        ? { status: 404, json: { errors: [{ msg: "User has not been found" }] } }
        : handler(account, call);
    });
  return {
    "GET /api/authentication/validate": (call) => ({
      status: 200,
      json: { valid: whoIs(call) !== undefined },
    }),
    "GET /api/users/current": signedIn((_, { username }) => ({
      status: 200,
      json: { isLoggedIn: true, login: username },
    })),
    "GET /api/users/search": signedIn(({ query }) => {
      const found = accounts
        .all()
        .filter(({ username }) => username.includes(query.get("q") ?? ""));
      return { status: 200, json: { users: found.map(({ username }) => ({ login: username })) } };
    }),
    "POST /api/users/change_password": signedIn(({ form }, caller) => {
      const account = accounts.get(form.get("login") ?? "");
      const password = form.get("password") ?? "";
      const previous = form.get("previousPassword");
      if (password.length < 12) return result("Password must be at least 12 characters long");
      const classes = [/[A-Z]/, /[a-z]/, /\d/, /[^a-zA-Z0-9]/];
      if (!classes.every((one) => one.test(password))) {
        return result("Password must contain at least one special character");
      }
      if (caller === account) {
        if (previous !== account.password) return result("old_password_incorrect");
        if (previous === password) return result("new_password_same_as_old");
      } else if (!caller.admin) return { status: 403, json: {} };
      if (account === undefined) return { status: 404, json: {} };
      account.password = password;
      return { status: 204, text: "" };
    }),
    "POST /api/user_tokens/generate": forOthers(({ tokens, username }, { form }) => {
      const name = form.get("name") ?? "";
      if (tokens.has(name)) {
        const msg = `A user token for login '${username}' and name '${name}' already exists`;
        return { status: 400, json: { errors: [{ msg }] } };
      }
      const token = `squ_${serial++}`;
      tokens.set(name, token);
      return { status: 200, json: { login: username, name, token } };
    }),
    "POST /api/user_tokens/revoke": forOthers(({ tokens }, { form }) => {
      tokens.delete(form.get("name") ?? "");
      return { status: 204, text: "" };
    }),
  };
}
