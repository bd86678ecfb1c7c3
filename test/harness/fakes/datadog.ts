import { FAKE_ADMIN_TOKEN, type FakeAccount, type FakeAccounts } from "./accounts.ts";
import type { Call, Reply, Routes } from "./fake-product.ts";
import { tokensOf } from "./tokens.ts";

/** Datadog: validate (v1) and API keys (v2), which need an API key and an application key. */
export function datadog(accounts: FakeAccounts): Routes {
  const forbidden: Reply = { status: 403, json: { errors: ["Forbidden"] } };
  const withKey = (handler: (call: Call, caller: FakeAccount) => Reply) => (call: Call) => {
    const caller = accounts.byToken(call.header("dd-api-key"));
    return caller === undefined ? forbidden : handler(call, caller);
  };
  const withBoth = (handler: (call: Call, caller: FakeAccount) => Reply) =>
    withKey((call, caller) =>
      call.header("dd-application-key") === FAKE_ADMIN_TOKEN ? handler(call, caller) : forbidden,
    );
  return {
    "GET /api/v1/validate": withKey(() => ({ status: 200, json: { valid: true } })),
    "GET /api/v2/api_keys": withBoth(({ query }, caller) => ({
      status: 200,
      json: {
        data: tokensOf(caller)
          .list()
          .filter(({ name }) => name.includes(query.get("filter") ?? ""))
          .map(({ id, name }) => ({ id, type: "api_keys", attributes: { name } })),
      },
    })),
    "POST /api/v2/api_keys": withBoth(({ body }, caller) => {
      const { data } = body as { data: { type: string; attributes: { name: string } } };
      const { id, name, value } = tokensOf(caller).make(data.attributes.name);
      const attributes = { name, key: value };
      return { status: 201, json: { data: { id, type: data.type, attributes } } };
    }),
    "DELETE /api/v2/api_keys/:key": withBoth(({ params }, caller) =>
      tokensOf(caller).end(
        params.key,
        { status: 204, text: "" },
        { status: 404, json: { errors: ["Not Found"] } },
      ),
    ),
  };
}
