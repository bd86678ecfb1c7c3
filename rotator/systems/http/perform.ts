import { defined } from "../../../common/defined.ts";
import type { Credential, StepContext } from "../system.ts";
import type { Answers } from "./answer.ts";
import { type ExchangeOutcome, exchangeStep } from "./exchange.ts";
import { type Login, logIn } from "./login.ts";
import { type LookedUp, lookUpAll, type Stop } from "./look-up.ts";
import type { Recipe, Verb } from "./recipe.ts";
import type { ReferenceValue } from "./reference.ts";
import type { Transport } from "./transport.ts";

/** What the verbs of an HTTP system work with. */
export interface HttpSystemParts {
  readonly recipe: Recipe;
  readonly transport: Transport;
  /** Whether changes prove the current password, or go by the admin credential alone. */
  readonly authority: "account" | "admin";
  readonly parameters: Readonly<Record<string, string>>;
  /** How long a new key lives, where the recipe says so, in days. */
  readonly keyDays?: number;
  /** Reads the admin credential, for each use anew, so that a renewed mounted secret is seen. */
  readonly admin?: () => Promise<Readonly<Record<string, string>>>;
}

/** The values of one verb, by group. */
export interface Groups {
  readonly account?: Partial<Credential>;
  readonly next?: Credential;
  readonly key?: {
    readonly name: string;
    readonly expires_on?: string;
    readonly expires_at?: string;
  };
}

/** How a verb ended: its request was sent, or something before it stopped it. */
export type Performed<Kind extends string> =
  | (ExchangeOutcome<Kind> & LookedUp)
  | (Stop & { readonly authority?: "account" | "admin" });

/** Logs in, looks up what the verb needs, and sends its request, once. */
export async function perform<Kind extends string>(
  parts: HttpSystemParts,
  verb: Verb & { readonly answers: Answers<Kind> },
  values: Groups,
  context: StepContext,
): Promise<Performed<Kind>> {
  const { transport, recipe } = parts;
  const { as } = verb;
  const scope = await scopeOf(parts, values, as);
  const flow = as === "nobody" ? undefined : recipe.authentication[as];
  const login = await logIn(transport, flow, scope, context);
  if (login.result !== "accepted") return notLoggedIn(login, as);
  const { state } = login;
  const looked = await lookUpAll(transport, verb.find, scope, state, context);
  if ("stop" in looked) return looked;
  const { request, answers } = verb;
  const step = { request, answers, scope, headers: state.headers() };
  return { ...(await exchangeStep<Kind>(transport, step, context)), ...looked };
}

function notLoggedIn(login: Exclude<Login, { result: "accepted" }>, as: Verb["as"]) {
  const { result, reason, account, status } = login;
  return {
    stop: result === "unknown" ? "unsure" : "refused",
    reason: `login_${reason}`,
    ...defined({
      account,
      status,
      authority: as === "nobody" ? undefined : as,
    }),
  } as const;
}

/** The values of one verb. The admin credential is there only for what runs as admin. */
export async function scopeOf(
  { parameters, admin }: HttpSystemParts,
  values: Groups,
  as: Verb["as"],
): Promise<Map<string, ReferenceValue>> {
  const scope = new Map<string, ReferenceValue>();
  const put = (group: string, members: object) => {
    for (const [name, value] of Object.entries(members)) scope.set(`${group}.${name}`, value);
  };
  put("parameters", parameters);
  if (as === "admin" && admin !== undefined) put("admin", await admin());
  for (const [group, members] of Object.entries(values)) put(group, members);
  return scope;
}
