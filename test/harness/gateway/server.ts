import { setTimeout as realTime } from "node:timers/promises";
import express, {
  type ErrorRequestHandler,
  type Express,
  type RequestHandler,
  Router,
} from "express";
import { ApiError } from "./api-error.ts";
import { controlRoutes } from "./control.ts";
import type { Core } from "./core.ts";
import { authenticationOperations } from "./endpoints/authentication.ts";
import { itemOperations } from "./endpoints/items.ts";
import { listingOperations } from "./endpoints/listings.ts";
import { rotatedSecretOperations } from "./endpoints/rotated-secrets.ts";
import { targetOperations } from "./endpoints/targets.ts";
import { validateProducerCredentials } from "./endpoints/validation.ts";
import { valueOperations } from "./endpoints/values.ts";
import type { RecordedCall } from "./events.ts";
import type { Operation } from "./operation.ts";

/** Every operation that is served. */
export const operations: readonly Operation[] = [
  ...authenticationOperations,
  ...targetOperations,
  ...rotatedSecretOperations,
  ...valueOperations,
  ...itemOperations,
  ...listingOperations,
];

/** The gateway's HTTP interface: the API at `/`, `/v2` and `/api/v2`, the validator, the controls. */
export function createServer(core: Core): Express {
  const app = express();
  app.disable("x-powered-by");
  // Every body is read as JSON, whatever its type says: clients differ, the API has nothing else.
  app.use(express.json({ limit: "1mb", type: () => true }));
  app.post("/validate-producer-credentials", validateProducerCredentials(core));
  app.use("/_emulator", controlRoutes(core));
  const api = Router({ caseSensitive: true });
  for (const operation of operations)
    for (const path of operation.paths) {
      api.post(path, serve(operation, core));
      api.all(path, refuseMethod);
    }
  for (const prefix of ["/api/v2", "/v2", "/"]) app.use(prefix, api);
  app.use((_request, response) => {
    response.status(404).json({ error: "404 page not found" });
  });
  app.use(answerError);
  return app;
}

function serve(operation: Operation, core: Core): RequestHandler {
  return async (request, response) => {
    const call: RecordedCall = {
      path: request.path,
      body: request.body ?? {},
      userAgent: request.get("akeylessclienttype") ?? request.get("user-agent") ?? "",
    };
    core.calls.push(call);
    response.on("finish", () => {
      call.status = response.statusCode;
    });
    const fault = core.faults.take("api", call.path);
    if (fault?.name === "slow") await realTime(fault.milliseconds, undefined, { ref: false });
    else if (fault?.name === "reset-before") return void request.socket.destroy();
    else if (fault?.name === "error-before") throw new ApiError(500, "internal server error");
    if (operation.gatewayOnly && core.settings.publicApi)
      throw new ApiError(404, `command is not available on public gateway '${operation.command}'`);
    const answer = await operation.run(request.body ?? {}, core);
    if (fault?.name === "reset-after") request.socket.destroy();
    else if (fault?.name === "error-after") throw new ApiError(502, "bad gateway");
    else response.json(answer);
  };
}

const refuseMethod: RequestHandler = (request, response) => {
  response.status(405).json({
    error: `Status 405 Method Not Allowed, Error: WrongMethod. Message: Unsupported method ${request.method}: url: ${request.path}`,
  });
};

const answerError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  if (response.headersSent) response.end();
  else if (error instanceof ApiError) response.status(error.status).json({ error: error.message });
  else if (error instanceof Error && "status" in error && typeof error.status === "number")
    response.status(error.status).json({ error: "invalid request body" });
  else response.status(500).json({ error: "internal server error" });
};
