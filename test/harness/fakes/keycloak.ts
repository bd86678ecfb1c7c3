import type { FakeAccounts } from "./accounts.ts";
import type { Call, Reply, Routes } from "./fake-product.ts";

/** What the fake's realm is made of; the admin client lives in the realm master. */
export const KEYCLOAK = {
  realm: "shop floor",
  probeClient: "rotation probe",
  adminClient: "rotator",
  adminSecret: "client-secret/+=&",
  historyOf: 1,
  /** Status of a refused login: 401 up to 26.5, 400 from 26.7. */
  refusal: 400,
};

/** Keycloak 26: token endpoint with password and client grants, users and reset-password. */
export function keycloak(accounts: FakeAccounts): Routes {
  const oauthError = (status: number, error: string, error_description: string): Reply => ({
    status,
    json: { error, error_description },
  });
  const token = ({ params, form }: Call): Reply => {
    const client = form.get("client_id");
    if (form.get("grant_type") === "client_credentials") {
      if (params.realm !== "master" || client !== KEYCLOAK.adminClient) {
        return oauthError(401, "invalid_client", "Invalid client or Invalid client credentials");
      }
      if (form.get("client_secret") !== KEYCLOAK.adminSecret) {
        return oauthError(
          401,
          "unauthorized_client",
          "Invalid client or Invalid client credentials",
        );
      }
      return { status: 200, json: { access_token: "admin-access-token", token_type: "Bearer" } };
    }
    if (form.get("grant_type") !== "password") {
      return oauthError(400, "unsupported_grant_type", "Unsupported grant_type");
    }
    if (params.realm !== KEYCLOAK.realm || client !== KEYCLOAK.probeClient) {
      return oauthError(401, "invalid_client", "Invalid client or Invalid client credentials");
    }
    const account = accounts.get(form.get("username") ?? "");
    if (account?.password !== form.get("password") || account.locked) {
      return oauthError(KEYCLOAK.refusal, "invalid_grant", "Invalid user credentials");
    }
    if (account.disabled) return oauthError(400, "invalid_grant", "Account disabled");
    return { status: 200, json: { access_token: `token-of-${account.id}`, token_type: "Bearer" } };
  };
  const asAdmin = (handler: (call: Call) => Reply) => (call: Call) =>
    call.token("bearer") === "admin-access-token"
      ? handler(call)
      : { status: 401, json: { error: "HTTP 401 Unauthorized" } };
  return {
    "POST /realms/:realm/protocol/openid-connect/token": token,
    "GET /admin/realms/:realm/users": asAdmin(({ query }) => {
      const wanted = query.get("username") ?? "";
      const exact = query.get("exact") === "true";
      const users = accounts
        .all()
        .filter(({ username }) => (exact ? username === wanted : username.includes(wanted)));
      return {
        status: 200,
        json: users.map(({ id, username, disabled }) => ({ id, username, enabled: !disabled })),
      };
    }),
    "GET /admin/realms/:realm/attack-detection/brute-force/users/:id": asAdmin(({ params }) => {
      const account = accounts.byId(params.id ?? "");
      return account === undefined
        ? { status: 404, json: { error: "User not found" } }
        : { status: 200, json: { numFailures: 0, disabled: account.locked } };
    }),
    "PUT /admin/realms/:realm/users/:id/reset-password": asAdmin(({ params, body }) => {
      const account = accounts.byId(params.id ?? "");
      if (account === undefined) return { status: 404, json: { error: "User not found" } };
      const value = String(body.value);
      if (body.type !== "password" || body.temporary !== false) return { status: 400, json: {} };
      if (value.length < 8) {
        return oauthError(
          400,
          "invalidPasswordMinLengthMessage",
          "Invalid password: minimum length 8.",
        );
      }
      account.password = value;
      return { status: 204, text: "" };
    }),
  };
}
