import type { FakeAccount, FakeAccounts } from "./accounts.ts";
import type { Reply, Routes } from "./fake-product.ts";

const message = (status: number, type: string, text: string): Reply => ({
  status,
  json: { messages: [{ type, text }] },
});

/** Splunk Enterprise 9: session keys and users of the management port. */
export function splunk(accounts: FakeAccounts): Routes {
  const sessions = new Map<string, FakeAccount>();
  return {
    "POST /services/auth/login": ({ form }) => {
      const username = form.get("username") ?? "";
      const account = accounts.login({ username, password: form.get("password") ?? "" });
      if (account === undefined || account.locked) return message(401, "WARN", "Login failed");
      const sessionKey = `session/${account.id}^key_${sessions.size}`;
      sessions.set(sessionKey, account);
      return { status: 200, json: { sessionKey, message: "", code: "" } };
    },
    "GET /services/authentication/users/:name": ({ params, token }) => {
      const caller = sessions.get(token("splunk") ?? "");
      if (!caller?.admin) return message(401, "WARN", "call not properly authenticated");
      const account = accounts.get(params.name ?? "");
      if (account === undefined) return message(404, "ERROR", "Could not find object");
      return { status: 200, json: { entry: [{ content: { "locked-out": account.locked } }] } };
    },
    "POST /services/authentication/users/:name": ({ form, params, token }) => {
      const caller = sessions.get(token("splunk") ?? "");
      if (caller === undefined) return message(401, "WARN", "call not properly authenticated");
      const account = accounts.get(params.name ?? "");
      const isSelf = caller === account;
      if (!isSelf && !caller.admin) return message(403, "ERROR", "insufficient permission");
      if (account === undefined) return message(404, "ERROR", "Could not find object");
      if (isSelf && form.get("oldpassword") !== account.password) {
        return message(400, "ERROR", "The old password is not correct");
      }
      const password = form.get("password") ?? "";
      if (password.length < 8)
        return message(400, "ERROR", "Password must be at least 8 characters");
      account.password = password;
      return { status: 200, json: { entry: [{ name: account.username }] } };
    },
  };
}
