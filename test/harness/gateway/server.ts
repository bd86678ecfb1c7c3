import express, {
  type ErrorRequestHandler,
  type Express,
  type RequestHandler,
  Router,
} from "express";
import { ApiError } from "./api-error.ts";
import { consolePage } from "./console/assets.ts";
import { refuseOtherSites, refuseStrangeNames } from "./console/guard.ts";
import { controlRoutes } from "./control.ts";
import type { Core } from "./core.ts";
import { authenticationOperations } from "./endpoints/authentication.ts";
import { itemOperations } from "./endpoints/items.ts";
import { listingOperations } from "./endpoints/listings.ts";
import { rotatedSecretOperations } from "./endpoints/rotated-secrets.ts";
import { staticSecretOperations } from "./endpoints/static-secrets.ts";
import { targetOperations } from "./endpoints/targets.ts";
import { validateProducerCredentials } from "./endpoints/validation.ts";
import { valueOperations } from "./endpoints/values.ts";
import type { Operation } from "./operation.ts";
import real from "./real-endpoints.json" with { type: "json" };
import { refuseMethod, serveOperation } from "./serve.ts";

/** Every operation that is served. */
export const operations: readonly Operation[] = [
  ...authenticationOperations,
  ...targetOperations,
  ...rotatedSecretOperations,
  ...valueOperations,
  ...itemOperations,
  ...listingOperations,
  ...staticSecretOperations,
];

/**
 * The gateway's HTTP interface: the API at `/`, `/v2` and `/api/v2`, the validator, the controls and
 * the console. `host`: the address it listens on, where it was given one.
 */
export function createServer(core: Core, host?: string): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(["/console", "/_emulator"], refuseStrangeNames(host));
  app.use("/_emulator", refuseOtherSites);
  app.use("/console", consolePage());
  // Every body is read as JSON, whatever its type says: clients differ, the API has nothing else.
  const json = express.json({ limit: "1mb", type: () => true });
  app.use((request, response, next) =>
    request.path === "/_emulator/import" ? next() : json(request, response, next),
  );
  app.post("/validate-producer-credentials", validateProducerCredentials(core));
  app.use("/_emulator", controlRoutes(core));
  const api = Router({ caseSensitive: true });
  for (const operation of operations)
    for (const path of operation.paths) {
      api.post(path, serveOperation(operation, core));
      api.all(path, refuseMethod);
    }
  for (const path of real.paths) api.all(`/${path}`, answerNotEmulated(path));
  for (const prefix of ["/api/v2", "/v2", "/"]) app.use(prefix, api);
  app.use((_request, response) => {
    response.status(404).json({ error: "404 page not found" });
  });
  app.use(answerError);
  return app;
}

/** Endpoints that the product has and the emulator does not: no mistake in the client's address. */
function answerNotEmulated(name: string): RequestHandler {
  return (_request, response) => {
    response.status(501).json({
      error: `not emulated, ${name}, see docs/reference/emulator.md`,
    });
  };
}

const answerError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  if (response.headersSent) response.end();
  else if (error instanceof ApiError) response.status(error.status).json({ error: error.message });
  else if (error instanceof Error && "status" in error && typeof error.status === "number")
    response.status(error.status).json({ error: "invalid request body" });
  else response.status(500).json({ error: "internal server error" });
};
