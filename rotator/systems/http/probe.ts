import { defined } from "../../../common/defined.ts";
import type { Credential, Probe, StepContext } from "../system.ts";
import { type ExchangeOutcome, exchangeStep } from "./exchange.ts";
import { logIn, type NoLogin } from "./login.ts";
import { type HttpSystemParts, perform, scopeOf } from "./perform.ts";

/** One login that asks whether the credential is valid. Only what refuses it asks further. */
export async function probe(
  parts: HttpSystemParts,
  account: Credential,
  context: StepContext,
): Promise<Probe> {
  const { recipe, transport } = parts;
  const scope = await scopeOf(parts, { account }, "account");
  const login = await logIn(transport, recipe.authentication.account, scope, context);
  if (login.result !== "accepted") return ofLogin(parts, login, account, context);
  const { request, answers } = recipe.probe;
  if (request === undefined || answers === undefined) return { result: "valid" };
  const step = { request, answers, scope, headers: login.state.headers() };
  const outcome = await exchangeStep<keyof typeof answers>(transport, step, context);
  if (outcome.kind === "valid") return valid(outcome);
  if (outcome.kind !== "invalid") return unknown(outcome, outcome.answer?.status);
  return confirm(parts, account, context, outcome.answer?.status);
}

/** A login that failed, where logging in is the probe or comes before it. */
async function ofLogin(
  parts: HttpSystemParts,
  login: NoLogin,
  account: Credential,
  context: StepContext,
): Promise<Probe> {
  if (login.result === "unusable") return valid(login);
  if (login.result === "unknown") return unknown(login, login.status);
  return confirm(parts, account, context, login.status);
}

function valid({ account }: Pick<NoLogin, "account">): Probe {
  return { result: "valid", ...defined({ account }) };
}

function unknown(
  { reason, account, sent }: Pick<NoLogin, "reason" | "account" | "sent">,
  status: number | undefined,
) {
  return {
    result: "unknown" as const,
    reason,
    ...defined({ account, sent: sent ? undefined : false, status }),
  };
}

/**
 * Asks whether a refusal is about the password, where the recipe knows how: many products refuse a
 * locked account with the same words.
 */
async function confirm(
  parts: HttpSystemParts,
  account: Credential,
  context: StepContext,
  status: number | undefined,
): Promise<Probe> {
  const invalid: Probe = { result: "invalid", ...defined({ status }) };
  const question = parts.recipe.probe.confirm;
  if (question === undefined) return invalid;
  if (question.as === "admin" && parts.admin === undefined) return invalid;
  const values = { account: { username: account.username } };
  const asked = await perform<"invalid" | "unknown">(parts, question, values, context);
  if ("stop" in asked) return doubtful(unasked(asked.reason, asked.account), asked.status);
  if (asked.kind === "invalid") return invalid;
  const { kind, reason } = asked as ExchangeOutcome<"unknown">;
  const doubt = kind === undefined ? unasked(reason) : asked;
  return doubtful({ ...doubt, sent: true }, asked.answer?.status);
}

const doubtful = (...why: Parameters<typeof unknown>): Probe => ({
  ...unknown(...why),
  refused: true,
});

/** Nobody could say what the refusal means. */
function unasked(reason: string, account?: NoLogin["account"]) {
  if (account !== undefined) return { reason, account, sent: true };
  return { reason: `unconfirmed_${reason}`, sent: true };
}
