import type { FakeAccount, FakeAccounts } from "./accounts.ts";
import type { Call, Reply, Routes } from "./fake-product.ts";
import { tokensOf } from "./tokens.ts";

/** The Administration API of OpenAI: admin API keys. Every admin key may manage the others. */
export function openai(accounts: FakeAccounts): Routes {
  const error = (status: number, code: string, message = ""): Reply => ({
    status,
    json: { error: { message, type: "invalid_request_error", param: null, code } },
  });
  const signedIn = (handler: (call: Call, caller: FakeAccount) => Reply) => (call: Call) => {
    const caller = accounts.byToken(call.token("bearer"));
    return caller === undefined
      ? error(401, "invalid_api_key", "Incorrect API key provided: sk-admin-…")
      : handler(call, caller);
  };
  const object = "organization.admin_api_key";
  return {
    "GET /v1/organization/admin_api_keys": signedIn(({ query }, caller) => {
      const keys = tokensOf(caller).list();
      const limit = Number(query.get("limit") ?? 20);
      const data = keys.slice(0, limit).map((key) => ({ object, ...key }));
      return { status: 200, json: { object: "list", data, has_more: keys.length > limit } };
    }),
    "POST /v1/organization/admin_api_keys": signedIn(({ body }, caller) => {
      const key = tokensOf(caller).make(String(body.name));
      return { status: 200, json: { object, ...key } };
    }),
    "DELETE /v1/organization/admin_api_keys/:key": signedIn(({ params }, caller) => {
      const deleted = { id: params.key, object: `${object}.deleted`, deleted: true };
      return tokensOf(caller).end(
        params.key,
        { status: 200, json: deleted },
        error(404, "not_found"),
      );
    }),
  };
}
