import { FAKE_ADMIN_TOKEN, type FakeAccount, type FakeAccounts } from "./accounts.ts";
import type { Call, Reply, Routes } from "./fake-product.ts";
import { tokensOf } from "./tokens.ts";

/** Azure DevOps Services: a user's own profile, and the tokens that a user makes with an Entra token. */
export function azureDevOps(accounts: FakeAccounts): Routes {
  const headers = { "X-VSS-E2EID": "0" };
  const unauthorized: Reply = { status: 401, text: "", headers };
  /** The tokens of the one user whom the Entra token belongs to: the last that a test has added. */
  const owned = (handler: (call: Call, owner: FakeAccount) => Reply) => (call: Call) => {
    const owner = accounts.all().at(-1);
    return call.token("bearer") === FAKE_ADMIN_TOKEN && owner ? handler(call, owner) : unauthorized;
  };
  return {
    "GET /:organization/_apis/profile/profiles/me": ({ basic }) => {
      const account = basic?.username === "" ? accounts.byToken(basic.password) : undefined;
      return account ? { status: 200, json: { id: account.id } } : unauthorized;
    },
    "GET /:organization/_apis/tokens/pats": owned((_, owner) => ({
      status: 200,
      json: {
        continuationToken: "",
        patTokens: tokensOf(owner)
          .list()
          .map(({ id, name }) => ({ authorizationId: id, displayName: name })),
      },
    })),
    "POST /:organization/_apis/tokens/pats": owned(({ body }, owner) => {
      if (!String(body.scope).includes("vso.profile") || !Date.parse(String(body.validTo)))
        return { status: 200, json: { patToken: null, patTokenError: "invalidScope" } };
      const { id, name, value } = tokensOf(owner).make(String(body.displayName));
      const patToken = { authorizationId: id, displayName: name, token: value };
      return { status: 200, json: { patToken, patTokenError: "none" } };
    }),
    "DELETE /:organization/_apis/tokens/pats": owned(({ query }, owner) =>
      tokensOf(owner).end(
        query.get("authorizationId"),
        { status: 204, text: "", headers },
        { status: 404, json: { message: "not found" }, headers },
      ),
    ),
  };
}
