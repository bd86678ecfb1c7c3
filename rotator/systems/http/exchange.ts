import { defined } from "../../../common/defined.ts";
import type { StepContext } from "../system.ts";
import { type Answer, type Answers, type Classification, classify } from "./answer.ts";
import { buildRequest } from "./build-request.ts";
import type { RecipeRequest } from "./recipe-request.ts";
import { type Scope, UnbuildableError } from "./reference.ts";
import { shownRequest } from "./shown-request.ts";
import { type Transport, TransportError } from "./transport.ts";

/** What one request led to. */
export interface ExchangeOutcome<Kind extends string> extends Classification<Kind> {
  /** Present when the system answered completely. */
  readonly answer?: Answer;
  /** False: nothing of the request has left. */
  readonly sent: boolean;
}

/** One request of a recipe and the conditions that read its answer. */
export interface ExchangeStep<Kind extends string> {
  readonly request: RecipeRequest;
  readonly answers: Answers<Kind>;
  readonly scope: Scope;
  /** Headers of the login in use. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Sends one request and reads its answer. Never throws for what a system or network does: without
 * a matching condition the kind is `undefined`. Logs the path as the recipe writes it, so that no
 * value gets into a log.
 */
export async function exchangeStep<Kind extends string>(
  transport: Transport,
  step: ExchangeStep<Kind>,
  context: StepContext,
): Promise<ExchangeOutcome<Kind>> {
  const started = context.clock.now();
  const outcome = await attempt(transport, step, context);
  context.log.debug(
    {
      method: step.request.method,
      path: step.request.path,
      status: outcome.answer?.status,
      conclusion: outcome.kind ?? "none",
      reason: outcome.reason,
      ms: context.clock.now() - started,
    },
    "system answered",
  );
  if (transport.watch !== undefined && outcome.reason !== "value_missing") {
    const shown = shownRequest(step.request, step.scope, step.headers);
    const { kind, reason, answer } = outcome;
    const conclusion = kind === undefined || kind === reason ? reason : `${kind}: ${reason}`;
    transport.watch({ ...shown, conclusion, ...defined({ status: answer?.status }) });
  }
  return outcome;
}

async function attempt<Kind extends string>(
  transport: Transport,
  { request, answers, scope, headers }: ExchangeStep<Kind>,
  context: StepContext,
): Promise<ExchangeOutcome<Kind>> {
  try {
    const answer = await transport.send(buildRequest(request, scope, headers), context.signal);
    return { ...classify(answers, answer, scope), answer, sent: true };
  } catch (error) {
    if (error instanceof UnbuildableError) {
      return { kind: undefined, reason: error.reason, sent: false };
    }
    if (!(error instanceof TransportError)) throw error;
    return { kind: undefined, reason: error.reason, sent: error.sent };
  }
}
