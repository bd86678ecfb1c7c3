import { defined } from "../../../common/defined.ts";
import { exactText } from "../../../common/json.ts";
import type { KeyStore, StepContext } from "../system.ts";
import { failedVerb } from "./failed.ts";
import { type HttpSystemParts, perform } from "./perform.ts";
import type { KeysVerbs } from "./recipe.ts";
import { readSource, readTextSource } from "./source.ts";

/** Keys of one name that a revocation ends before it leaves the rest to the next one. */
const MAX_OF_ONE_NAME = 5;
const DAY_MS = 86_400_000;

/** API keys or tokens behind a recipe's `keys`. */
export function createKeyStore(parts: HttpSystemParts, { create, revoke }: KeysVerbs): KeyStore {
  return {
    async create(owner, name, context) {
      const values = { account: owner, key: { name, ...endOf(parts.keyDays, context) } };
      const done = await perform<keyof typeof create.answers>(parts, create, values, context);
      if ("stop" in done && done.stop === "exists") return { result: "exists" };
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
      for (let ended = 0; ended < MAX_OF_ONE_NAME; ended += 1) {
        const done = await perform<keyof typeof revoke.answers>(parts, revoke, values, context);
        const revoked = "stop" in done ? done.stop === "revoked" : done.kind === "revoked";
        if (!revoked) {
          const { reason, status } = { status: undefined, ...failedVerb(done, revoke) };
          return { result: "failed", reason, ...defined({ status }) };
        }
        if ("stop" in done || !done.several) return { result: "revoked" };
      }
      return { result: "failed", reason: "more_of_this_name" };
    },
  };
}

function endOf(days: number | undefined, { clock }: StepContext) {
  if (days === undefined) return {};
  const expires_at = new Date(clock.now() + days * DAY_MS).toISOString();
  return { expires_on: expires_at.slice(0, 10), expires_at };
}
