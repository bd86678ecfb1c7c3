import type { FakeAccount, FakeAccounts } from "./accounts.ts";
import type { Call, Reply, Routes } from "./fake-product.ts";

/** OpenSearch 2 and 3, Security plugin: authinfo, own account, internal users. */
export function opensearch(accounts: FakeAccounts): Routes {
  const signedIn = (handler: (call: Call, account: FakeAccount) => Reply) => (call: Call) => {
    const account = accounts.login(call.basic);
    return account === undefined || account.locked
      ? {
          status: 401,
          text: "Unauthorized",
          headers: { "www-authenticate": 'Basic realm="OpenSearch Security"' },
        }
      : handler(call, account);
  };
  const set = (account: FakeAccount, password: string): Reply => {
    if (password.length < 8) {
      return { status: 400, json: { status: "error", reason: "Password is too short" } };
    }
    account.password = password;
    return { status: 200, json: { status: "OK", message: `'${account.username}' updated.` } };
  };
  return {
    "GET /_plugins/_security/api/securityconfig": signedIn((_, { admin }) => {
      // Somebody can be locked only where something counts failed logins.
      const counts = accounts.all().some(({ locked }) => locked);
      const listeners = counts ? { by_name: { type: "username", allowed_tries: 5 } } : {};
      return admin
        ? { status: 200, json: { config: { dynamic: { auth_failure_listeners: listeners } } } }
        : { status: 403, json: { status: "FORBIDDEN", message: "No permission" } };
    }),
    "GET /_plugins/_security/authinfo": signedIn((_, { username }) => ({
      status: 200,
      json: { user: `User [name=${username}]`, user_name: username },
    })),
    "PUT /_plugins/_security/api/account": signedIn(({ body }, account) =>
      body.current_password === account.password
        ? set(account, String(body.password))
        : {
            status: 400,
            json: { status: "BAD_REQUEST", message: "Could not validate your current password." },
          },
    ),
    "PATCH /_plugins/_security/api/internalusers/:name": signedIn(({ body, params }, caller) => {
      if (!caller.admin)
        return { status: 403, json: { status: "FORBIDDEN", message: "No permission" } };
      const account = accounts.get(params.name ?? "");
      if (account === undefined) {
        const message = `user '${params.name}' not found.`;
        return { status: 404, json: { status: "NOT_FOUND", message } };
      }
      const [operation] = body as unknown as { op: string; path: string; value: string }[];
      return operation?.op === "add" && operation.path === "/password"
        ? set(account, operation.value)
        : { status: 400, json: { status: "BAD_REQUEST", message: "Invalid patch" } };
    }),
  };
}
