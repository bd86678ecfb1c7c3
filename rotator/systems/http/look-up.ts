import { defined } from "../../../common/defined.ts";
import type { AccountState, StepContext } from "../system.ts";
import { type Answer, answerValueAt, fits } from "./answer.ts";
import { exchangeStep } from "./exchange.ts";
import type { Lookup } from "./recipe.ts";
import type { ReferenceValue } from "./reference.ts";
import { readSource } from "./source.ts";
import type { Transport } from "./transport.ts";

/** Why a lookup ends its verb. `unsure`: nobody knows whether the verb would have worked. */
export interface Stop {
  readonly stop: "refused" | "revoked" | "exists" | "unsure";
  readonly reason: string;
  readonly account?: AccountState;
  readonly status?: number;
}

/** What proves a login in later requests: headers, cookies. */
export interface LoginState {
  headers(): Readonly<Record<string, string>>;
  /** Takes over what an answer sets. */
  take(answer: Answer | undefined): void;
}

/** What lookups led to, where none stopped. `several`: more entries fit than the one in use. */
export interface LookedUp {
  readonly several: boolean;
}

/** Runs lookups in turn and adds to the scope what they find, until one stops. */
export async function lookUpAll(
  transport: Transport,
  lookups: readonly Lookup[],
  scope: Map<string, ReferenceValue>,
  state: LoginState,
  context: StepContext,
): Promise<Stop | LookedUp> {
  let several = false;
  for (const lookup of lookups) {
    const looked = await lookUp(transport, lookup, scope, state, context);
    if ("stop" in looked) return looked;
    several ||= looked.several;
  }
  return { several };
}

async function lookUp(
  transport: Transport,
  lookup: Lookup,
  scope: Map<string, ReferenceValue>,
  state: LoginState,
  context: StepContext,
): Promise<Stop | LookedUp> {
  const { request, answers } = lookup;
  const asksForName = lookup.if_found === "exists";
  const missing = lookup.if_missing === "revoked" ? "revoked" : "refused";
  const step = { request, answers, scope, headers: state.headers() };
  const outcome = await exchangeStep<keyof typeof answers>(transport, step, context);
  const { kind, reason, answer, account } = outcome;
  const details = defined({ account, status: answer?.status });
  if (kind === "missing" && asksForName) return { several: false };
  if (kind === "missing") return { stop: missing, reason: "not_found", ...details };
  if (kind === "refused") return { stop: "refused", reason, ...details };
  if (kind === undefined) return { stop: "unsure", reason: `lookup_${reason}`, ...details };
  state.take(answer);
  const unexpected = { stop: "unsure", reason: "lookup_unexpected_answer", ...details } as const;
  let found = answer;
  let several = false;
  if (answer !== undefined && lookup.within !== undefined) {
    const list = answerValueAt(answer.json, lookup.within);
    if (!Array.isArray(list)) return unexpected;
    const matches = list.filter((member) => fits(member, lookup.where ?? [], scope));
    if (matches.length === 0 && asksForName) return { several };
    if (matches.length === 0) return { stop: missing, reason: "not_found", ...details };
    several = matches.length > 1;
    if (several && !asksForName && missing !== "revoked")
      return { stop: "refused", reason: "not_unique", ...details };
    found = { ...answer, json: matches[0] };
  }
  if (asksForName) return { stop: "exists", reason: "name_taken", ...details };
  for (const [name, at] of Object.entries(lookup.save)) {
    const value = readSource(found, at);
    if (value === undefined) return unexpected;
    scope.set(`found.${name}`, value);
  }
  return { several };
}
