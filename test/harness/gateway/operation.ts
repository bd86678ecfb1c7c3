import * as z from "zod";
import { badRequest, invalidToken } from "./api-error.ts";
import type { ApiCaller, Core } from "./core.ts";

/** Tokens travel in the body; there is no Authorization header. */
const tokenSchema = z.object({
  token: z.string().optional(),
  "uid-token": z.string().optional(),
});

/** An endpoint of the API: a POST with a JSON body, answered with JSON. */
export interface Operation {
  /** Its own path first, then the deprecated ones. */
  readonly paths: readonly string[];
  /** The command's name in the error text of the public API. */
  readonly command: string;
  /** Not served by the public API. */
  readonly gatewayOnly: boolean;
  /** The fields that it understands. */
  readonly fields: ReadonlySet<string>;
  run(body: unknown, core: Core): Promise<unknown>;
}

/** Fields that every call may carry and that change nothing: how a client shows the answer. */
const EVERYWHERE = ["token", "uid-token", "json"];

function fieldsOf(schema: z.ZodObject): ReadonlySet<string> {
  return new Set([...EVERYWHERE, ...Object.keys(schema.shape)]);
}

/** Declares an operation that needs a token. Fields that the schema does not name are ignored. */
export function operation<Schema extends z.ZodObject>(declaration: {
  readonly paths: readonly [string, ...string[]];
  readonly command?: string;
  readonly gatewayOnly?: boolean;
  readonly request: Schema;
  run(request: z.output<Schema>, caller: ApiCaller, core: Core): unknown;
}): Operation {
  const { paths, request, gatewayOnly = false } = declaration;
  return {
    paths,
    command: declaration.command ?? paths[0].slice(1),
    gatewayOnly,
    fields: fieldsOf(request),
    run: async (body, core) => {
      const caller = authenticate(body, core);
      return declaration.run(parseRequest(request, body), caller, core);
    },
  };
}

/** Declares an operation that anybody may call. */
export function openOperation<Schema extends z.ZodObject>(declaration: {
  readonly paths: readonly [string, ...string[]];
  readonly request: Schema;
  run(request: z.output<Schema>, core: Core): unknown;
}): Operation {
  return {
    paths: declaration.paths,
    command: declaration.paths[0].slice(1),
    gatewayOnly: false,
    fields: fieldsOf(declaration.request),
    run: async (body, core) => declaration.run(parseRequest(declaration.request, body), core),
  };
}

function authenticate(body: unknown, { tokens, settings }: Core): ApiCaller {
  const { accountId } = settings;
  const { token, "uid-token": uidToken } = parseRequest(tokenSchema, body);
  const user = token || !uidToken ? tokens.find(token ?? "")?.user : tokens.userByUid(uidToken);
  if (!user) throw invalidToken(accountId);
  return { user, accessId: user.accessId, accountId };
}

/** Parses a body; null counts as not given. Names the first bad field in a 400. */
function parseRequest<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw badRequest("the request body is not a JSON object");
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const name = issue?.path.join(".") ?? "";
  const value = given[String(issue?.path[0])];
  const missing = value === undefined || value === "";
  if (missing) throw badRequest(`missing required parameter - ${name}`);
  throw badRequest(`invalid parameter - ${name}: ${issue?.message}`);
}
