import { exactText } from "../../../common/json.ts";
import type { KeyStore } from "../system.ts";
import { valueAt } from "./answer.ts";
import { act, type HttpSystemParts } from "./perform.ts";
import type { KeysVerbs } from "./recipe.ts";

/** API keys or tokens behind a recipe's `keys`. */
export function createKeyStore(parts: HttpSystemParts, { create, revoke }: KeysVerbs): KeyStore {
  return {
    async create(owner, name, context) {
      const values = { account: owner, key: { name } };
      const acted = await act<keyof typeof create.answers>(parts, create, values, context);
      const { reason } = acted;
      if ("stop" in acted) {
        return { result: acted.stop === "unsure" ? "ambiguous" : "refused", reason };
      }
      switch (acted.kind) {
        case "created": {
          const secret = valueAt(acted.answer?.json, create.secret);
          const id =
            create.id === undefined ? owner.username : valueAt(acted.answer?.json, create.id);
          const username = exactText(id);
          if (typeof secret !== "string" || secret === "" || username === undefined) {
            return { result: "ambiguous", reason: "no_key_in_answer" };
          }
          return { result: "created", key: { username, password: secret } };
        }
        case "exists":
        case "full":
          return { result: acted.kind };
        case "refused":
          return { result: "refused", reason };
        default:
          return { result: "ambiguous", reason };
      }
    },
    async revoke(owner, name, context) {
      const values = { account: owner, key: { name } };
      const acted = await act<keyof typeof revoke.answers>(parts, revoke, values, context);
      const revoked = "stop" in acted ? acted.stop === "revoked" : acted.kind === "revoked";
      return revoked ? { result: "revoked" } : { result: "failed", reason: acted.reason };
    },
  };
}
