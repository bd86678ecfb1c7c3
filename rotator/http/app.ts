import { randomUUID } from "node:crypto";
import type { RequestListener } from "node:http";
import { performance } from "node:perf_hooks";
import express, {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
} from "express";
import { KitError } from "../../common/errors/kit-error.ts";
import { describeFailure } from "../observability/failure.ts";
import type { RequestLog, RotatorLog } from "../observability/logger.ts";
import { RotationError } from "../rotation/errors.ts";
import { send, toProblem } from "./problem.ts";
import { checkMediaType } from "./request-body.ts";
import { type Admitted, admit, type RotateDependencies, serveRotation } from "./rotate.ts";

/** What the Express app needs. */
export interface ServerOptions extends RotateDependencies {
  /** The only path that is served. */
  readonly path: string;
  readonly bodyBytes: number;
  readonly log: RotatorLog;
}

/** What a request carries from handler to handler, in `response.locals`. */
interface Locals {
  correlation: string;
  started: number;
  request: RequestLog;
  admitted?: Admitted;
}

type Handler = RequestHandler<
  Record<string, string>,
  unknown,
  unknown,
  unknown,
  Locals & Record<string, unknown>
>;

/**
 * The HTTP side of the rotator: one path, one method. Nothing of the body is read before Akeyless
 * has confirmed the caller, and no system is contacted before item, system and user fit together.
 */
export function createApp(options: ServerOptions): RequestListener {
  const { path, bodyBytes, log, metrics, stopping } = options;

  const enter: Handler = async (request, response, next) => {
    const { locals } = response;
    if (request.path !== path) throw notFound();
    if (request.method !== "POST") {
      throw new KitError("method_not_allowed");
    }
    if (stopping.aborted) throw new RotationError("stopping");
    const credentials = request.headersDistinct.akeylesscreds ?? [];
    locals.admitted = await admit(options, credentials, locals.request);
    checkMediaType(request);
    next();
  };

  const rotate: Handler = async (request, response) => {
    const { admitted, request: own, started } = response.locals;
    if (admitted === undefined) throw new Error("a request came past authentication");
    const served = await serveRotation(options, admitted, request.body, own, started);
    const { payload, code, told } = served;
    if (response.destroyed) {
      own.log.warn("the caller went away before the answer; its next request gets the same one");
    }
    send(response, 200, { "Content-Type": "application/json" }, JSON.stringify({ payload }));
    metrics.requests.inc({ code });
    own.log.info({ ...told, ms: Math.round(performance.now() - started) }, "answer returned");
    finish(response);
  };

  const fail: ErrorRequestHandler = (thrown, request, response, _next) => {
    const { correlation, request: own, started, admitted } = response.locals as Locals;
    const error = fromBodyParser(thrown);
    const problem = toProblem(error, correlation);
    metrics.requests.inc({ code: problem.code });
    const ms = Math.round(performance.now() - started);
    // What needs a person stands out, whatever its status.
    const level = problem.status >= 500 || problem.code === "out_of_sync" ? "error" : "warn";
    const about = admitted && { item: admitted.identity.item, system: admitted.binding.system };
    own.log[level](
      { code: problem.code, status: problem.status, ms, ...about, ...describeFailure(error) },
      "request refused",
    );
    // What is left of a reasonable body is read and dropped, so that the caller surely gets the
    // answer; a connection with more to come, or with an unknown amount, is closed.
    const length = Number(request.headers["content-length"] ?? Number.POSITIVE_INFINITY);
    const close = request.complete || length <= bodyBytes ? {} : { Connection: "close" };
    send(response, problem.status, { ...problem.headers, ...close }, problem.body);
    finish(response);
  };

  const app = express()
    .disable("x-powered-by")
    .disable("etag")
    .use(enter)
    .use(express.raw({ type: () => true, limit: bodyBytes, inflate: false }))
    .use(rotate)
    .use(fail);

  return (incoming, outgoing) => {
    // Express makes them so.
    const [request, response] = [incoming as Request, outgoing as Response];
    const correlation = randomUUID();
    const own = log.open(correlation);
    response.locals = { correlation, started: performance.now(), request: own } satisfies Locals;
    // Express passes by every handler where the request's target is no URL, or where `fail` fails.
    const missed = (thrown?: unknown) => {
      try {
        fail(thrown ?? notFound(), request, response, () => {});
      } catch {
        response.destroy();
        finish(response);
      }
    };
    app(request, response, missed);
  };
}

function notFound(): KitError {
  return new KitError("not_found");
}

/**
 * Lets go of the request's secrets. Not before its last line is written, which may be long after
 * the caller has hung up.
 */
function finish(response: { readonly locals: Record<string, unknown> }): void {
  (response.locals as unknown as Locals).request.end();
}

/** body-parser's errors in our words; its own messages may quote the body. */
function fromBodyParser(error: unknown): unknown {
  if (!(error instanceof Error) || !("type" in error)) return error;
  switch (error.type) {
    case "entity.too.large":
      return new KitError("body_too_large");
    case "request.aborted":
    case "request.size.invalid":
      return new KitError("body_invalid.because", { reason: "ended early" });
    case "encoding.unsupported":
      return new KitError("media_type_unsupported.compressed");
    default:
      return error;
  }
}
