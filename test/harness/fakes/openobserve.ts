import type { FakeAccount, FakeAccounts } from "./accounts.ts";
import type { Call, Reply, Routes } from "./fake-product.ts";

const message = (code: number, text: string): Reply => ({
  status: code,
  json: { code, message: text },
});

/** OpenObserve: login and update of users. */
export function openobserve(accounts: FakeAccounts): Routes {
  const signedIn = (handler: (call: Call, account: FakeAccount) => Reply) => (call: Call) => {
    const account = accounts.login(call.basic);
    return account === undefined
      ? { status: 401, text: "Unauthorized Access" }
      : handler(call, account);
  };
  return {
    "GET /healthz": () => ({ status: 200, json: { status: "ok" } }),
    "POST /auth/login": ({ body }) => {
      const username = String(body.name).toLowerCase();
      const account = accounts.login({ username, password: String(body.password) });
      return account === undefined
        ? { status: 401, json: { status: false, message: "Invalid credentials" } }
        : { status: 200, json: { status: true, message: "" } };
    },
    "PUT /api/:organization/users/:email": signedIn(({ params, body }, caller) => {
      const account = accounts.get(params.email ?? "");
      if (params.organization !== "default" || account === undefined) {
        return message(404, "User not found");
      }
      const password = String(body.new_password);
      if (body.change_password && password.length < 8) {
        return message(400, "Password must be at least 8 characters long");
      }
      if (caller === account && body.old_password !== account.password) {
        const text = "Existing/old password mismatch, please provide valid existing password";
        return message(400, text);
      }
      if (caller !== account && !caller.admin) {
        // cspell:ignore authorised -- OpenObserve's own spelling (src/service/users.rs)
        return message(400, "You are not authorised to change the password");
      }
      account.password = password;
      return message(200, "User updated successfully");
    }),
  };
}
