import type { StepContext } from "../system.ts";
import { valueAt } from "./answer.ts";
import { headerValue } from "./build-request.ts";
import { Cookies } from "./cookies.ts";
import { exchange } from "./exchange.ts";
import type { Authentication, LoginAnswers } from "./recipe.ts";
import { type Reference, resolveText, type Scope, UnbuildableError } from "./reference.ts";
import type { Transport } from "./transport.ts";

/** Headers that speak for somebody, or why there are none. */
export type Login =
  | { readonly result: "accepted"; readonly headers: Readonly<Record<string, string>> }
  | { readonly result: "refused"; readonly reason: string }
  | { readonly result: "unknown"; readonly reason: string };

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
export function isLogin(flow: Authentication): boolean {
  return flow.type !== "basic" && flow.type !== "bearer";
}

/** Over which line, with which values, in which step somebody logs in. */
interface Attempt {
  readonly transport: Transport;
  readonly scope: Scope;
  readonly context: StepContext;
}

/** Runs an authentication flow once. */
export async function logIn(
  transport: Transport,
  flow: Authentication | undefined,
  scope: Scope,
  context: StepContext,
): Promise<Login> {
  if (flow === undefined) return { result: "accepted", headers: {} };
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
    if (error instanceof UnbuildableError) return { result: "unknown", reason: error.reason };
    throw error;
  }
}

const accepted = (headers: Record<string, string>): Login => ({ result: "accepted", headers });

function need(part: string | Reference, scope: Scope): string {
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
  const { request, answers } = flow;
  const outcome = await exchange(transport, { request, answers, scope, headers }, context);
  if (outcome.kind !== "accepted") return failed(outcome.kind, outcome.reason);
  const token = valueAt(outcome.answer?.json, flow.token);
  if (typeof token !== "string" || token === "") return { result: "unknown", reason: "no_token" };
  return accepted(tokenHeader(flow, token));
}

function failed(kind: string | undefined, reason: string): Login {
  return { result: kind === "refused" ? "refused" : "unknown", reason };
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
    ...(inBody && { client_id, ...(client_secret && { client_secret }) }),
    ...(scope && { scope }),
  };
  const login = {
    request: { method: "POST", path: flow.token_path, form } as const,
    answers: flow.answers ?? (isPassword ? OAUTH_PASSWORD : OAUTH_CLIENT),
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
  const headers = () => cookies.headers(flow.csrf);
  if (flow.prepare !== undefined) {
    const step = { request: flow.prepare, answers: { ready: [{ status: 200 }] }, scope };
    const page = await exchange<"ready">(transport, step, context);
    if (page.kind !== "ready" || page.answer === undefined) return failed(undefined, page.reason);
    cookies.take(page.answer.cookies);
  }
  const { request, answers } = flow;
  const step = { request, answers, scope, headers: headers() };
  const outcome = await exchange<"accepted" | "refused" | "unknown">(transport, step, context);
  if (outcome.kind !== "accepted") return failed(outcome.kind, outcome.reason);
  cookies.take(outcome.answer?.cookies ?? []);
  if (cookies.size === 0) return { result: "unknown", reason: "no_session" };
  return accepted(headers());
}
