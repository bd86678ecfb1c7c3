import { setTimeout as realTime } from "node:timers/promises";
import type { RequestHandler } from "express";
import { ApiError } from "./api-error.ts";
import type { Core } from "./core.ts";
import type { RecordedCall } from "./events.ts";
import type { Operation } from "./operation.ts";

/** So many calls are remembered; older ones are forgotten. */
const REMEMBERED_CALLS = 10_000;

/** Serves one operation: remembers the call, plays the fault that is due, answers. */
export function serveOperation(operation: Operation, core: Core): RequestHandler {
  return async (request, response) => {
    const call: RecordedCall = {
      path: request.path,
      body: request.body ?? {},
      userAgent: request.get("akeylessclienttype") ?? request.get("user-agent") ?? "",
    };
    core.calls.push(call);
    if (core.calls.length > REMEMBERED_CALLS) core.calls.shift();
    response.on("finish", () => {
      call.status = response.statusCode;
    });
    tellIgnored(operation, call, core, (fields) => response.set("x-emulator-ignored", fields));
    const fault = core.faults.take("api", { path: call.path, item: nameIn(request.body) });
    if (fault?.name === "slow") await realTime(fault.milliseconds, undefined, { ref: false });
    else if (fault?.name === "reset-before") return void request.socket.destroy();
    else if (fault?.name === "error-before") throw new ApiError(500, "internal server error");
    if (operation.gatewayOnly && core.settings.publicApi)
      throw new ApiError(404, `command is not available on public gateway '${operation.command}'`);
    const answer = await operation.run(request.body ?? {}, core);
    core.store.flush();
    if (fault?.name === "reset-after") request.socket.destroy();
    else if (fault?.name === "error-after") throw new ApiError(502, "bad gateway");
    else response.json(answer);
  };
}

/** Names in the answer's header, and once to anyone who listens, what is sent and not understood. */
function tellIgnored(
  operation: Operation,
  call: RecordedCall,
  core: Core,
  answer: (fields: string) => void,
): void {
  const fields = Object.keys(call.body).filter(
    (name) => !operation.fields.has(name) && !saysNothing(name, call.body[name]),
  );
  if (fields.length === 0) return;
  call.ignored = fields;
  answer(fields.map(encodeURIComponent).join(", "));
  const [path = call.path] = operation.paths;
  const fresh = fields.filter((name) => !core.told.has(`${path} ${name}`));
  for (const name of fresh) core.told.add(`${path} ${name}`);
  if (fresh.length > 0) core.onIgnored({ path, fields: fresh });
}

/** Whether a value is what a client sends for a field that nobody set. */
function saysNothing(name: string, value: unknown): boolean {
  if (value === null || value === "" || value === false || value === "false") return true;
  return (Array.isArray(value) && value.length === 0) || SDK_DEFAULTS[name] === value;
}

/** What the SDKs send without being asked (akeyless npm 5.0.23). */
const SDK_DEFAULTS: Readonly<Record<string, unknown>> = {
  accessibility: "regular",
  "aws-region": "us-east-2",
  "azure-cloud": "AzureCloud",
  "gcp-audience": "akeyless.io",
  "oci-auth-type": "apikey",
  "user-attribute": "cn",
  "auto-pagination": "enabled",
  "delete-in-days": 7,
  description: "default_metadata",
  "new-metadata": "default_metadata",
  version: 0,
};

function nameIn(body: unknown): string | undefined {
  const { name, names } = (body ?? {}) as { readonly name?: unknown; readonly names?: unknown };
  const [only, ...others] = [name ?? names].flat();
  return typeof only === "string" && others.length === 0 ? only : undefined;
}

/** Answers 405: every operation is a POST. */
export const refuseMethod: RequestHandler = (request, response) => {
  response.status(405).json({
    error: `Status 405 Method Not Allowed, Error: WrongMethod. Message: Unsupported method ${request.method}: url: ${request.path}`,
  });
};
