import { FAKE_ADMIN_TOKEN, type FakeAccounts } from "./accounts.ts";
import type { Call, Reply, Routes } from "./fake-product.ts";

const failure = (status: number, errorCode: string, ...causes: string[]): Reply => ({
  status,
  json: { errorCode, errorCauses: causes.map((errorSummary) => ({ errorSummary })) },
});
const POLICY = "Password requirements were not met. Password requirements: at least 8 characters.";

/** Okta: primary authentication, change of a password with and without the old one. */
export function okta(accounts: FakeAccounts): Routes {
  const asAdmin = (handler: (call: Call) => Reply) => (call: Call) =>
    call.token("ssws") === FAKE_ADMIN_TOKEN ? handler(call) : failure(401, "E0000011");
  const byId = (id = "") => accounts.byId(id);
  const passwordIn = (part: unknown) => String((part as { value?: unknown } | undefined)?.value);
  return {
    "POST /api/v1/authn": ({ body }) => {
      const username = String(body.username);
      const account = accounts.login({ username, password: String(body.password) });
      if (account === undefined || account.disabled) return failure(401, "E0000004");
      return { status: 200, json: { status: account.locked ? "LOCKED_OUT" : "SUCCESS" } };
    },
    "GET /api/v1/users/:id": asAdmin(({ params }) => {
      const account = accounts.get(params.id ?? "") ?? byId(params.id);
      if (account === undefined) return failure(404, "E0000007");
      const status = account.locked ? "LOCKED_OUT" : account.disabled ? "SUSPENDED" : "ACTIVE";
      const profile = { login: account.username };
      return { status: 200, json: { id: account.id, status, profile } };
    }),
    "POST /api/v1/users/:id": asAdmin(({ params, body }) => {
      const account = byId(params.id);
      if (account === undefined) return failure(404, "E0000007");
      const { password } = body.credentials as { password: unknown };
      if (passwordIn(password).length < 8) return failure(400, "E0000001", `password: ${POLICY}`);
      account.password = passwordIn(password);
      return { status: 200, json: { id: account.id } };
    }),
    "POST /api/v1/users/:id/credentials/change_password": asAdmin(({ params, body }) => {
      const account = byId(params.id);
      if (account === undefined) return failure(404, "E0000007");
      if (passwordIn(body.oldPassword) !== account.password) {
        return failure(403, "E0000014", "Old Password is not correct");
      }
      if (passwordIn(body.newPassword).length < 8) return failure(403, "E0000014", POLICY);
      account.password = passwordIn(body.newPassword);
      return { status: 200, json: { password: {} } };
    }),
  };
}
