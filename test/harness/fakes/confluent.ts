import type { FakeAccount, FakeAccounts } from "./accounts.ts";
import type { Call, Reply, Routes } from "./fake-product.ts";
import { tokensOf } from "./tokens.ts";

/** Confluent Cloud: environments, and API keys that log in with their id and secret. */
export function confluent(accounts: FakeAccounts): Routes {
  const error = (status: number): Reply => ({
    status,
    json: { errors: [{ id: "0", status: String(status), detail: "invalid API key", source: {} }] },
  });
  /** The first key has the account's own name as its id. */
  const keysOf = (account: FakeAccount) =>
    tokensOf(account)
      .list()
      .map(({ id, name }) => ({ id: name === "made by hand" ? account.username : id, name }));
  const ownerOf = (id: string | undefined) =>
    accounts.all().find((account) => keysOf(account).some((key) => key.id === id));
  const callerOf = ({ basic }: Call) => {
    const asAdmin = accounts.login(basic);
    if (asAdmin?.admin) return asAdmin;
    const owner = ownerOf(basic?.username);
    const name = owner && keysOf(owner).find(({ id }) => id === basic?.username)?.name;
    return name && owner.tokens.get(name) === basic?.password ? owner : undefined;
  };
  const signedIn = (handler: (call: Call, caller: FakeAccount) => Reply) => (call: Call) => {
    const caller = callerOf(call);
    return caller === undefined ? error(401) : handler(call, caller);
  };
  const asAdmin = (handler: (call: Call) => Reply) =>
    signedIn((call, { admin }) => (admin ? handler(call) : error(403)));
  const spec = (owner: FakeAccount, name: string) => ({
    display_name: name,
    owner: { id: owner.id },
    resource: { id: "cloud" },
  });
  return {
    "GET /org/v2/environments": signedIn(() => ({
      status: 200,
      json: { kind: "EnvironmentList", data: [] },
    })),
    "GET /iam/v2/api-keys/:key": asAdmin(({ params }) => {
      const owner = ownerOf(params.key);
      const key = owner && keysOf(owner).find(({ id }) => id === params.key);
      return key ? { status: 200, json: { id: key.id, spec: spec(owner, key.name) } } : error(404);
    }),
    "GET /iam/v2/api-keys": asAdmin(({ query }) => {
      const owner = accounts.byId(query.get("spec.owner") ?? "");
      const data = owner
        ? keysOf(owner).map(({ id, name }) => ({ id, spec: spec(owner, name) }))
        : [];
      return { status: 200, json: { kind: "ApiKeyList", metadata: {}, data } };
    }),
    "POST /iam/v2/api-keys": asAdmin(({ body }) => {
      const wanted = body.spec as { display_name: string; owner: { id: string }; resource: object };
      const owner = accounts.byId(wanted.owner.id);
      if (owner === undefined || !("id" in wanted.resource)) return error(422);
      const { id, name, value } = tokensOf(owner).make(wanted.display_name);
      return { status: 202, json: { id, spec: { ...spec(owner, name), secret: value } } };
    }),
    "DELETE /iam/v2/api-keys/:key": asAdmin(({ params }) => {
      const owner = ownerOf(params.key);
      return owner === undefined
        ? error(404)
        : tokensOf(owner).end(params.key, { status: 204, text: "" }, error(404));
    }),
  };
}
