import { defined } from "../../../common/defined.ts";
import type { AccountState, StepContext } from "../system.ts";
import { fitsHeader, headerValue } from "./build-request.ts";
import { Cookies } from "./cookies.ts";
import { type ExchangeOutcome, exchangeStep } from "./exchange.ts";
import { type LoginState, lookUpAll } from "./look-up.ts";
import type { Authentication, LoginAnswers } from "./recipe.ts";
import {
  type ReferenceValue,
  resolveText,
  type Scope,
  type TextPart,
  UnbuildableError,
} from "./reference.ts";
import { readTextSource } from "./source.ts";
import type { Transport } from "./transport.ts";

/** Why there is no login. */
export interface NoLogin {
  readonly result: "refused" | "unusable" | "unknown";
  readonly reason: string;
  /** `unusable`: the credential is right, and this keeps the account from being used. */
  readonly account?: AccountState;
  readonly status?: number;
  /** False: nothing has reached the system. */
  readonly sent: boolean;
}

/** Somebody is logged in, or not. */
export type Login = { readonly result: "accepted"; readonly state: LoginState } | NoLogin;

type Of<Type extends Authentication["type"]> = Extract<Authentication, { type: Type }>;

/** RFC 6749, 5.1 and 5.2: what an OAuth token endpoint answers. */
const OAUTH_PASSWORD: LoginAnswers = {
  accepted: [{ status: 200, body: [{ at: "/access_token", present: true }] }],
  refused: [{ status: [400, 401], body: [{ at: "/error", equals: "invalid_grant" }] }],
};
const OAUTH_CLIENT: LoginAnswers = {
  accepted: OAUTH_PASSWORD.accepted,
  refused: [{ status: [400, 401], body: [{ at: "/error", equals: "invalid_client" }] }],
};

/** Whether a flow talks to the system by itself, so that it can serve as a probe. */
export function isLogin(
  flow: Authentication,
): flow is Exclude<Authentication, Of<"basic" | "bearer">> {
  return flow.type !== "basic" && flow.type !== "bearer";
}

/** How a flow that talks to the system by itself reads the answer. */
export function loginAnswers(flow: Exclude<Authentication, Of<"basic" | "bearer">>): LoginAnswers {
  return flow.answers ?? (flow.type === "oauth_password" ? OAUTH_PASSWORD : OAUTH_CLIENT);
}

/** Over which line, with which values, in which step somebody logs in. */
interface Attempt {
  readonly transport: Transport;
  readonly scope: Map<string, ReferenceValue>;
  readonly context: StepContext;
}

/** Runs an authentication flow once. What its lookups find is added to the scope. */
export async function logIn(
  transport: Transport,
  flow: Authentication | undefined,
  scope: Map<string, ReferenceValue>,
  context: StepContext,
): Promise<Login> {
  if (flow === undefined) return accepted({});
  const attempt = { transport, scope, context };
  try {
    switch (flow.type) {
      case "basic": {
        const pair = [need(flow.username, scope), need(flow.password, scope)] as const;
        return accepted({ Authorization: basic(...pair) });
      }
      case "bearer":
        return accepted(tokenHeader(flow, need(flow.token, scope)));
      case "login":
        return await forToken(attempt, flow);
      case "session":
        return await forSession(attempt, flow);
      default:
        return await forOauth(attempt, flow);
    }
  } catch (error) {
    if (!(error instanceof UnbuildableError)) throw error;
    return { result: "unknown", reason: error.reason, sent: false };
  }
}

/** A login that these headers prove, whatever an answer sets. */
const provenBy = (headers: Record<string, string>): LoginState => ({
  headers: () => headers,
  take: () => {},
});

const accepted = (headers: Record<string, string>): Login => ({
  result: "accepted",
  state: provenBy(headers),
});

function need(part: TextPart, scope: Scope): string {
  const value = resolveText(part, scope);
  if (value !== undefined) return value;
  throw new UnbuildableError("value_missing", "a value of the login is missing");
}

/** RFC 7617: a user name with a colon could not be told from the password. */
function basic(username: string, password: string): string {
  if (username.includes(":")) {
    throw new UnbuildableError("value_not_allowed", "a user name with a colon does not fit basic");
  }
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}

function tokenHeader(flow: { header: string; scheme: string }, token: string) {
  return { [flow.header]: headerValue(flow.scheme === "" ? token : `${flow.scheme} ${token}`) };
}

async function forToken(
  { transport, scope, context }: Attempt,
  flow: Omit<Of<"login">, "type">,
  headers: Record<string, string> = {},
): Promise<Login> {
  const looked = await lookUpAll(transport, flow.find, scope, provenBy(headers), context);
  if ("stop" in looked) return { ...looked, result: "unknown", sent: true };
  const { request, answers } = flow;
  const outcome = await exchangeStep(transport, { request, answers, scope, headers }, context);
  const failed = notAccepted(outcome);
  if (failed) return failed;
  const token = readTextSource(outcome.answer, flow.token);
  if (token === undefined) return { result: "unknown", reason: "no_token", sent: true };
  if (!fitsHeader(token)) return { result: "unknown", reason: "token_not_allowed", sent: true };
  return accepted(tokenHeader(flow, token));
}

/** Why an answer is not a login; `undefined` where it is one. */
function notAccepted(outcome: ExchangeOutcome<keyof LoginAnswers>): NoLogin | undefined {
  const { kind, reason, account, answer, sent } = outcome;
  if (kind === "accepted" && account === undefined) return undefined;
  const result = kind === "accepted" ? "unusable" : kind === "refused" ? "refused" : "unknown";
  return {
    result,
    reason,
    ...defined({ account, status: answer?.status }),
    sent,
  };
}

function forOauth(
  attempt: Attempt,
  flow: Of<"oauth_password"> | Of<"oauth_client">,
): Promise<Login> {
  const { client_id, client_secret, scope } = flow;
  const isPassword = flow.type === "oauth_password";
  const inBody = flow.client_authentication === "body";
  const form = {
    ...(isPassword
      ? { grant_type: "password", username: flow.username, password: flow.password }
      : { grant_type: "client_credentials" }),
    ...(inBody ? defined({ client_id, client_secret: client_secret || undefined }) : {}),
    ...defined({ scope: scope || undefined }),
  };
  const login = {
    find: [],
    request: { method: "POST", path: flow.token_path, form } as const,
    answers: loginAnswers(flow),
    token: "/access_token",
    header: "Authorization",
    scheme: "Bearer",
  };
  return forToken(
    attempt,
    login,
    inBody ? {} : { authorization: basicClient(flow, attempt.scope) },
  );
}

/** RFC 6749, 2.3.1: id and secret are form-encoded before they become basic credentials. */
function basicClient(flow: Of<"oauth_password"> | Of<"oauth_client">, scope: Scope): string {
  const encoded = (part: string) => new URLSearchParams({ v: part }).toString().slice(2);
  const secret = flow.client_secret === undefined ? "" : need(flow.client_secret, scope);
  return basic(encoded(need(flow.client_id, scope)), encoded(secret));
}

async function forSession(
  { transport, scope, context }: Attempt,
  flow: Of<"session">,
): Promise<Login> {
  const cookies = new Cookies();
  const state: LoginState = {
    headers: () => cookies.headers(flow.csrf),
    take: (answer) => cookies.take(answer?.cookies ?? []),
  };
  if (flow.prepare !== undefined) {
    const step = { request: flow.prepare, answers: { ready: [{ status: 200 }] }, scope };
    const { kind, reason, answer, sent } = await exchangeStep<"ready">(transport, step, context);
    if (kind !== "ready") return { result: "unknown", reason, sent };
    state.take(answer);
  }
  const looked = await lookUpAll(transport, flow.find, scope, state, context);
  if ("stop" in looked) return { ...looked, result: "unknown", sent: true };
  const { request, answers } = flow;
  const step = { request, answers, scope, headers: state.headers() };
  const outcome = await exchangeStep(transport, step, context);
  const failed = notAccepted(outcome);
  if (failed) return failed;
  state.take(outcome.answer);
  if (cookies.size === 0) return { result: "unknown", reason: "no_session", sent: true };
  return { result: "accepted", state };
}
