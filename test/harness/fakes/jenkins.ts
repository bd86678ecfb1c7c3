import type { FakeAccount, FakeAccounts } from "./accounts.ts";
import type { Call, Reply, Routes } from "./fake-product.ts";
import { tokensOf } from "./tokens.ts";

/** Jenkins: who am I, and what the recipes' scripts do in the script console. It runs no script. */
export function jenkins(accounts: FakeAccounts): Routes {
  const callerOf = ({ basic }: Call) => {
    const owner = accounts.byToken(basic?.password);
    return owner?.username === basic?.username ? owner : accounts.login(basic);
  };
  const signedIn = (handler: (call: Call, caller: FakeAccount) => Reply) => (call: Call) => {
    const caller = callerOf(call);
    return caller === undefined
      ? {
          status: 401,
          text: "<title>Error 401 Invalid password/token for user</title>",
          headers: { "www-authenticate": 'Basic realm="Jenkins"' },
        }
      : handler(call, caller);
  };
  const said = (text: string): Reply => ({ status: 200, text: `${text}\n` });
  const setPassword = (account: FakeAccount | undefined, password: string) => {
    if (account === undefined) return said("no password here");
    account.password = password;
    return said("password set");
  };
  const createToken = (account: FakeAccount | undefined, name: string) => {
    if (account === undefined) return said('{"result":"no_user"}');
    if (account.tokens.has(name)) return said('{"result":"exists"}');
    return said(JSON.stringify({ result: "created", token: tokensOf(account).make(name).value }));
  };
  const revokeTokens = (account: FakeAccount | undefined, name: string) => {
    account?.tokens.delete(name);
    return said(account === undefined ? "no such user" : "revoked");
  };
  return {
    "GET /whoAmI/api/json": signedIn((_, { username }) => ({
      status: 200,
      json: { name: username, authenticated: true, anonymous: false },
    })),
    "POST /scriptText": signedIn(({ form }, caller) => {
      if (!caller.admin) return { status: 403, text: "missing the Overall/Administer permission" };
      const account = accounts.get(form.get("username") ?? "");
      const script = form.get("script") ?? "";
      if (script.includes("fromPlainPassword"))
        return setPassword(account, form.get("password") ?? "");
      const work = script.includes("generateNewToken") ? createToken : revokeTokens;
      return work(account, form.get("name") ?? "");
    }),
  };
}
