import type { Credential, StepContext } from "../system.ts";
import { fits, valueAt } from "./answer.ts";
import { exchange, type Outcome } from "./exchange.ts";
import { logIn } from "./login.ts";
import type { Lookup, Recipe, Verb } from "./recipe.ts";
import type { Condition } from "./recipe-request.ts";
import type { Value } from "./reference.ts";
import type { Transport } from "./transport.ts";

/** What the verbs of an HTTP system work with. */
export interface HttpSystemParts {
  readonly recipe: Recipe;
  readonly transport: Transport;
  /** Whether changes prove the current password, or go by the admin credential alone. */
  readonly authority: "account" | "admin";
  readonly parameters: Readonly<Record<string, string>>;
  /** Reads the admin credential, for each use anew, so that a renewed mounted secret is seen. */
  readonly admin?: () => Promise<Readonly<Record<string, string>>>;
}

/** The values of one verb, by group. */
export interface Groups {
  readonly account?: Credential;
  readonly next?: Credential;
  readonly key?: { readonly name: string };
}

/** Why the verb's own request was not sent. `unsure`: nobody knows whether it would have worked. */
type Stop = { readonly stop: "refused" | "revoked" | "unsure"; readonly reason: string };

/** How a verb ended: its request was sent, or something before it stopped it. */
export type Acted<Kind extends string> = Outcome<Kind> | Stop;

/** Logs in, looks up what the verb needs, and sends its request, once. */
export async function act<Kind extends string>(
  parts: HttpSystemParts,
  verb: Verb & {
    readonly answers: Readonly<Partial<Record<Kind, readonly Condition[] | undefined>>>;
  },
  values: Groups,
  context: StepContext,
): Promise<Acted<Kind>> {
  const { transport, recipe } = parts;
  const scope = await scopeOf(parts, values, verb.as);
  const login = await logIn(transport, recipe.authentication[verb.as], scope, context);
  if (login.result !== "accepted") {
    const stop = login.result === "refused" ? "refused" : "unsure";
    return { stop, reason: `login_${login.reason}` };
  }
  const { headers } = login;
  for (const lookup of verb.find) {
    const stopped = await find(transport, lookup, scope, headers, context);
    if (stopped !== undefined) return stopped;
  }
  const step = { request: verb.request, answers: verb.answers, scope, headers };
  return exchange<Kind>(transport, step, context);
}

/** The values of one verb. The admin credential is there only for what runs as admin. */
export async function scopeOf(
  { parameters, admin }: HttpSystemParts,
  values: Groups,
  as: "account" | "admin",
): Promise<Map<string, Value>> {
  const scope = new Map<string, Value>();
  const put = (group: string, members: object) => {
    for (const [name, value] of Object.entries(members)) scope.set(`${group}.${name}`, value);
  };
  put("parameters", parameters);
  if (as === "admin" && admin !== undefined) put("admin", await admin());
  for (const [group, members] of Object.entries(values)) put(group, members);
  return scope;
}

/** Runs a lookup and adds to the scope what it found; a result only where the verb must stop. */
async function find(
  transport: Transport,
  lookup: Lookup,
  scope: Map<string, Value>,
  headers: Readonly<Record<string, string>>,
  context: StepContext,
): Promise<Stop | undefined> {
  const { request, answers } = lookup;
  const missing = lookup.if_missing === "revoked" ? "revoked" : "refused";
  const step = { request, answers, scope, headers };
  const { kind, reason, answer } = await exchange<keyof typeof answers>(transport, step, context);
  if (kind === "missing") return { stop: missing, reason: "not_found" };
  if (kind === "refused") return { stop: "refused", reason };
  if (kind === undefined) return { stop: "unsure", reason: `lookup_${reason}` };
  const unexpected = { stop: "unsure", reason: "lookup_unexpected_answer" } as const;
  let entry = answer?.json;
  if (lookup.within !== undefined) {
    const list = valueAt(entry, lookup.within);
    if (!Array.isArray(list)) return unexpected;
    const matches = list.filter((member) => fits(member, lookup.where ?? [], scope));
    if (matches.length === 0) return { stop: missing, reason: "not_found" };
    if (matches.length > 1) return { stop: "refused", reason: "not_unique" };
    entry = matches[0];
  }
  for (const [name, at] of Object.entries(lookup.save)) {
    const value = valueAt(entry, at);
    if (value === undefined) return unexpected;
    scope.set(`found.${name}`, value);
  }
  return undefined;
}
