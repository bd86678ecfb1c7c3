import type { FakeAccount, FakeAccounts } from "./accounts.ts";
import type { Call, Reply, Routes } from "./fake-product.ts";

/** Nexus Repository 3: repositories, users seen by an administrator, change of a password. */
export function nexus(accounts: FakeAccounts): Routes {
  const signedIn = (handler: (call: Call, caller: FakeAccount) => Reply) => (call: Call) => {
    const caller = accounts.login(call.basic);
    return caller === undefined || caller.locked || caller.disabled
      ? {
          status: 401,
          text: "",
          headers: { "www-authenticate": 'BASIC realm="Sonatype Nexus Repository Manager"' },
        }
      : handler(call, caller);
  };
  const asAdmin = (handler: (call: Call) => Reply) =>
    signedIn((call, caller) => (caller.admin ? handler(call) : { status: 403, text: "" }));
  return {
    "GET /service/rest/v1/repositories": signedIn(() => ({ status: 200, json: [] })),
    "GET /service/rest/v1/security/users": asAdmin(({ query }) => ({
      status: 200,
      json: accounts
        .all()
        .filter(({ username }) => username.startsWith(query.get("userId") ?? ""))
        .map(({ username, disabled }) => ({
          userId: username,
          source: "default",
          status: disabled ? "disabled" : "active",
        })),
    })),
    "PUT /service/rest/v1/security/users/:name/change-password": asAdmin(({ params, text }) => {
      const account = accounts.get(params.name ?? "");
      if (account === undefined) return { status: 404, text: "" };
      if (text.length < 4) return { status: 400, text: "" };
      account.password = text;
      return { status: 204, text: "" };
    }),
  };
}
