import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { performance } from "node:perf_hooks";
import { KitError } from "../../common/errors/kit-error.ts";
import type { Caller } from "../authentication/authenticate.ts";
import { describeFailure } from "../observability/failure.ts";
import { REQUEST_MESSAGES } from "../observability/log-words.ts";
import type { RequestLog, RotatorLog } from "../observability/logger.ts";
import type { Admission, AdmittedItem } from "../traffic/admission.ts";
import { send, toProblem } from "./problem.ts";
import type { PublicReason } from "./public-reason.ts";
import { checkMediaType, readBody, readOwner, readRequestPayload } from "./request-body.ts";
import { type RotateDependencies, serveRotation } from "./rotate.ts";
import { createTargetCheck } from "./target.ts";

/** What the HTTP side of the rotator needs. */
export interface AppOptions extends RotateDependencies {
  readonly admission: Admission;
  /** The only path that is served. */
  readonly path: string;
  readonly bodyBytes: number;
  readonly log: RotatorLog;
}

/** One request on its way, with what is known of it so far. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly correlation: string;
  /** When it came, in milliseconds of `performance.now()`. */
  readonly started: number;
  readonly own: RequestLog;
  /** As soon as Akeyless has confirmed the caller. */
  caller?: Caller;
  item?: AdmittedItem;
  /** What the system had against the rotation. */
  reason?: PublicReason | undefined;
}

/**
 * The HTTP side of the rotator: one path, one method. Nothing of the body is read before Akeyless
 * has confirmed the caller, and no system is contacted before item, system and user fit together.
 * Written on node:http alone: a framework costs more time per request than all of this.
 */
export function createApp(options: AppOptions): RequestListener {
  const { admission, jsonDepth, metrics, log } = options;
  const checkTarget = createTargetCheck(options.path);

  const serve = async (exchange: Exchange): Promise<void> => {
    const { request, response, own, started } = exchange;
    checkTarget(request);
    if (options.stopping.aborted) throw new KitError("stopping");
    const caller = await admission.admit(request.headersDistinct.akeylesscreds ?? [], own);
    exchange.caller = caller;
    checkMediaType(request);
    const body = await readBody(request, options.bodyBytes);
    const sent = readRequestPayload(body, jsonDepth);
    const item = await admission.itemOf(caller, () => readOwner(sent, jsonDepth), own);
    exchange.item = item;
    const onReason = (reason: PublicReason | undefined) => {
      exchange.reason = reason;
    };
    const task = { item, payload: sent, dryRun: caller.dryRun, onReason, started };
    const { payload, code, fields } = await serveRotation(options, task, own);
    if (response.destroyed) {
      own.log.warn(REQUEST_MESSAGES.callerGone);
    }
    send(response, 200, { "Content-Type": "application/json" }, JSON.stringify({ payload }));
    metrics.requests.inc({ code });
    own.log.info(
      { ...fields, ms: Math.round(performance.now() - started) },
      REQUEST_MESSAGES.answered,
    );
  };

  const fail = (error: unknown, exchange: Exchange): void => {
    const { request, response, correlation, own, started, caller, item } = exchange;
    const problem = toProblem(error, correlation, exchange.reason);
    metrics.requests.inc({ code: problem.code });
    const ms = Math.round(performance.now() - started);
    // What needs a person stands out, whatever its status.
    const level = problem.status >= 500 || problem.code === "out_of_sync" ? "error" : "warn";
    const about = item ? { item: item.name, system: item.binding.system } : { item: caller?.item };
    own.log[level](
      {
        code: problem.code,
        status: problem.status,
        reason: exchange.reason,
        ms,
        ...about,
        ...describeFailure(error),
      },
      REQUEST_MESSAGES.refused,
    );
    // What is left of a reasonable body is read and dropped, so that the caller surely gets the
    // answer; a connection with more to come, or with an unknown amount, is closed.
    const length = Number(request.headers["content-length"] ?? Number.POSITIVE_INFINITY);
    const close = request.complete || length <= options.bodyBytes ? {} : { Connection: "close" };
    send(response, problem.status, { ...problem.headers, ...close }, problem.body);
  };

  return async (request, response) => {
    const correlation = randomUUID();
    const own = log.open(correlation);
    const started = performance.now();
    const exchange: Exchange = { request, response, correlation, started, own };
    try {
      await serve(exchange).catch((error: unknown) => fail(error, exchange));
    } catch {
      // Not even the refusal could be sent.
      response.destroy();
    }
    // Not before its last line is written, which may be long after the caller has hung up.
    own.end(exchange.caller !== undefined);
  };
}
