import { defined } from "../../../common/defined.ts";
import { exactText } from "../../../common/json.ts";
import type { KeyStore } from "../system.ts";
import { failedVerb } from "./failed.ts";
import { type HttpSystemParts, perform } from "./perform.ts";
import type { KeysVerbs } from "./recipe.ts";
import { readSource, readTextSource } from "./source.ts";

/** API keys or tokens behind a recipe's `keys`. */
export function createKeyStore(parts: HttpSystemParts, { create, revoke }: KeysVerbs): KeyStore {
  return {
    async create(owner, name, context) {
      const values = { account: owner, key: { name } };
      const done = await perform<keyof typeof create.answers>(parts, create, values, context);
      if ("stop" in done) return failedVerb(done, create);
      switch (done.kind) {
        case "created": {
          const secret = readTextSource(done.answer, create.secret);
          const id = create.id === undefined ? owner.username : readSource(done.answer, create.id);
          const username = exactText(id);
          if (secret === undefined || username === undefined) {
            return { result: "ambiguous", reason: "no_key_in_answer" };
          }
          return { result: "created", key: { username, password: secret } };
        }
        case "exists":
        case "full":
          return { result: done.kind };
        default:
          return failedVerb(done, create);
      }
    },
    async revoke(owner, name, context) {
      const values = { account: owner, key: { name } };
      const done = await perform<keyof typeof revoke.answers>(parts, revoke, values, context);
      const revoked = "stop" in done ? done.stop === "revoked" : done.kind === "revoked";
      if (revoked) return { result: "revoked" };
      const { reason, status } = { status: undefined, ...failedVerb(done, revoke) };
      return { result: "failed", reason, ...defined({ status }) };
    },
  };
}
