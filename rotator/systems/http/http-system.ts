import type { Change, Credential, Probe, StepContext, System } from "../system.ts";
import { exchange } from "./exchange.ts";
import { createKeyStore } from "./keys.ts";
import { logIn } from "./login.ts";
import { act, type Groups, type HttpSystemParts, scopeOf } from "./perform.ts";
import type { ChangeVerb } from "./recipe.ts";

/** A system whose verbs are the requests of a recipe. */
export function createHttpSystem(parts: HttpSystemParts): System {
  const { recipe, transport, authority } = parts;
  const verb = recipe.change[authority];
  const withAdmin = recipe.change.admin;

  return {
    probe: (account, context) => probe(parts, account, context),
    change: async (current, next, context) =>
      verb === undefined
        ? { result: "refused", reason: "only_keys" }
        : change(parts, verb, { account: current, next }, context),
    ...(withAdmin !== undefined &&
      parts.admin !== undefined && {
        reconcile: (next: Credential, context: StepContext) =>
          change(parts, withAdmin, { next }, context),
      }),
    changesPasswords: verb !== undefined,
    ...(recipe.keys !== undefined && { keys: createKeyStore(parts, recipe.keys) }),
    close: async () => transport.close(),
  };
}

async function probe(
  parts: HttpSystemParts,
  account: Credential,
  context: StepContext,
): Promise<Probe> {
  const { recipe, transport } = parts;
  const scope = await scopeOf(parts, { account }, "account");
  const login = await logIn(transport, recipe.authentication.account, scope, context);
  if (login.result !== "accepted") {
    return login.result === "refused" ? { result: "invalid" } : unknown(login.reason);
  }
  const { request, answers } = recipe.probe;
  if (request === undefined || answers === undefined) return { result: "valid" };
  const step = { request, answers, scope, headers: login.headers };
  const { kind, reason } = await exchange<keyof typeof answers>(transport, step, context);
  return kind === "valid" || kind === "invalid" ? { result: kind } : unknown(reason);
}

const unknown = (reason: string): Probe => ({ result: "unknown", reason });

async function change(
  parts: HttpSystemParts,
  verb: ChangeVerb,
  values: Groups,
  context: StepContext,
): Promise<Change> {
  const acted = await act<keyof ChangeVerb["answers"]>(parts, verb, values, context);
  const { reason } = acted;
  if ("stop" in acted) {
    return { result: acted.stop === "unsure" ? "ambiguous" : "refused", reason };
  }
  if (acted.kind === "changed") return { result: "changed" };
  return { result: acted.kind ?? "ambiguous", reason };
}
