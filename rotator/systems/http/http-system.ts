import { defined } from "../../../common/defined.ts";
import type { Change, Credential, StepContext, System } from "../system.ts";
import { failedVerb, statusOf } from "./failed.ts";
import { createKeyStore } from "./keys.ts";
import { type Groups, type HttpSystemParts, perform } from "./perform.ts";
import { probe } from "./probe.ts";
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
        ? { result: "refused", reason: "only_keys", sent: false }
        : change(parts, verb, { account: current, next }, context),
    ...defined({
      reconcile:
        withAdmin !== undefined && parts.admin !== undefined
          ? (next: Credential, context: StepContext) => change(parts, withAdmin, { next }, context)
          : undefined,
    }),
    changesPasswords: verb !== undefined,
    maxConcurrent: recipe.max_concurrent,
    ...defined({
      failedLoginSpacingMs: recipe.failed_login_spacing_ms,
      keys: recipe.keys === undefined ? undefined : createKeyStore(parts, recipe.keys),
    }),
    close: async () => transport.close(),
  };
}

async function change(
  parts: HttpSystemParts,
  verb: ChangeVerb,
  values: Groups,
  context: StepContext,
): Promise<Change> {
  const done = await perform<keyof ChangeVerb["answers"]>(parts, verb, values, context);
  if (!("stop" in done) && done.kind === "changed") return { result: "changed" };
  if (!("stop" in done) && done.kind === "rejected") {
    return { result: "rejected", reason: done.reason, ...statusOf(done) };
  }
  return failedVerb(done, verb);
}
