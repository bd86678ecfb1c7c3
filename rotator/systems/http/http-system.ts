import type { Change, Credential, Probe, StepContext, System } from "../system.ts";
import { fits, valueAt } from "./answer.ts";
import { exchange } from "./exchange.ts";
import { logIn } from "./login.ts";
import type { ChangeVerb, Lookup, Recipe } from "./recipe.ts";
import type { Value } from "./reference.ts";
import type { Transport } from "./transport.ts";

/** What an HTTP system is made of. */
export interface HttpSystemParts {
  readonly recipe: Recipe;
  readonly transport: Transport;
  /** Whose login changes passwords: the account's own, or the operator's admin credential. */
  readonly authority: "account" | "admin";
  readonly parameters: Readonly<Record<string, string>>;
  /** Reads the admin credential, for each use anew, so that a renewed mounted secret is seen. */
  readonly admin?: () => Promise<Readonly<Record<string, string>>>;
}

/** A system whose verbs are the requests of a recipe. */
export function createHttpSystem(parts: HttpSystemParts): System {
  const { recipe, transport, authority } = parts;
  const withAdmin = recipe.change.admin;
  const verb = recipe.change[authority];
  if (verb === undefined) throw new TypeError(`the recipe has no change.${authority}`);

  async function change(verb: ChangeVerb, values: Groups, context: StepContext): Promise<Change> {
    const scope = await scopeOf(parts, values, verb.as);
    const login = await logIn(transport, recipe.authentication[verb.as], scope, context);
    if (login.result !== "accepted") return notAttempted(login);
    for (const lookup of verb.find) {
      const missed = await find(transport, lookup, scope, login.headers, context);
      if (missed !== undefined) return missed;
    }
    const { request, answers } = verb;
    const step = { request, answers, scope, headers: login.headers };
    const { kind, reason } = await exchange<keyof typeof answers>(transport, step, context);
    if (kind === "changed") return { result: "changed" };
    return { result: kind ?? "ambiguous", reason };
  }

  return {
    async probe(account, context): Promise<Probe> {
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
    },
    change: (current, next, context) => change(verb, { account: current, next }, context),
    ...(withAdmin !== undefined &&
      parts.admin !== undefined && {
        reconcile: (next: Credential, context: StepContext) => change(withAdmin, { next }, context),
      }),
    close: () => transport.close(),
  };
}

const unknown = (reason: string): Probe => ({ result: "unknown", reason });

interface Groups {
  readonly account?: Credential;
  readonly next?: Credential;
}

/** The values of one verb. The admin credential is there only for verbs that run as admin. */
async function scopeOf(
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
  for (const [group, credential] of Object.entries(values)) {
    put(group, { username: credential.username, password: credential.password });
  }
  return scope;
}

function notAttempted(login: { result: string; reason: string }): Change {
  return login.result === "refused"
    ? { result: "refused", reason: `login_${login.reason}` }
    : { result: "ambiguous", reason: `login_${login.reason}` };
}

/** Runs a lookup and adds to the scope what it found; a result only where the change must stop. */
async function find(
  transport: Transport,
  lookup: Lookup,
  scope: Map<string, Value>,
  headers: Readonly<Record<string, string>>,
  context: StepContext,
): Promise<Change | undefined> {
  const { request, answers } = lookup;
  const step = { request, answers, scope, headers };
  const { kind, reason, answer } = await exchange<"found" | "missing">(transport, step, context);
  if (kind === "missing") return { result: "refused", reason: "account_not_found" };
  if (kind === undefined) return { result: "ambiguous", reason: `lookup_${reason}` };
  let entry = answer?.json;
  if (lookup.within !== undefined) {
    const list = valueAt(entry, lookup.within);
    if (!Array.isArray(list)) return { result: "ambiguous", reason: "lookup_unexpected_answer" };
    const matches = list.filter((member) => fits(member, lookup.where ?? [], scope));
    if (matches.length === 0) return { result: "refused", reason: "account_not_found" };
    if (matches.length > 1) return { result: "refused", reason: "account_not_unique" };
    entry = matches[0];
  }
  for (const [name, at] of Object.entries(lookup.save)) {
    const value = valueAt(entry, at);
    if (value === undefined) return { result: "ambiguous", reason: "lookup_unexpected_answer" };
    scope.set(`found.${name}`, value);
  }
  return undefined;
}
