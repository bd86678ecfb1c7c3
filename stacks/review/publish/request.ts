import type * as z from "zod";
import type { Clock } from "../../../common/clock.ts";
import { defined } from "../../../common/defined.ts";

/** Why nothing was published; holds nothing of an answer. */
export class Unpublished extends Error {}

/** How an API is asked. */
export interface ApiOptions {
  /** Address of the API, without a slash at its end. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
}

/** Longest wait that a limit may ask for, in milliseconds. */
const MAX_WAIT = 120_000;
const MAX_TRIES = 3;
const TIMEOUT = 30_000;
const MAX_ANSWER = 20 * 1024 * 1024;

/** An answer of the API. */
export interface ForgeAnswer {
  readonly headers: Headers;
  readonly body: unknown;
}

/**
 * Asks the API of a host. Limits are obeyed as the hosts document them; redirects are not followed,
 * because they would take the token along.
 *
 * @throws Unpublished
 */
export async function ask(
  api: ApiOptions,
  method: string,
  path: string,
  content?: object,
): Promise<ForgeAnswer> {
  for (let attempt = 1; ; attempt++) {
    const response = await send(api, method, path, content);
    const { ok, status, headers } = response;
    const body = ok ? await readBody(response) : await readBody(response).catch(() => undefined);
    if (ok && !isRefusal(body)) return { headers, body };
    const wait = waitOf(response, body, api.clock, attempt);
    if (wait === undefined) throw new Unpublished(reasonOf(status));
    if (attempt === MAX_TRIES || wait > MAX_WAIT) {
      throw new Unpublished(`the host limits requests (${status})`);
    }
    await api.clock.sleep(wait);
  }
}

async function send(
  { url, headers, fetch }: ApiOptions,
  method: string,
  path: string,
  content: object | undefined,
): Promise<Response> {
  try {
    return await fetch(`${url}${path}`, {
      method,
      headers: {
        ...headers,
        ...defined({ "content-type": content ? "application/json" : undefined }),
      },
      ...defined({ body: content ? JSON.stringify(content) : undefined }),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT),
    });
  } catch (cause) {
    throw new Unpublished("the host cannot be reached", { cause });
  }
}

async function readBody(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_ANSWER) throw new Unpublished("the host's answer is too long");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (cause) {
    throw new Unpublished("the host's answer is not JSON", { cause });
  }
}

/** GraphQL answers 200 when it refuses, a limit included. */
const isRefusal = (body: unknown): boolean =>
  typeof body === "object" && body !== null && Object.hasOwn(body, "errors");

/**
 * How long to wait before the request may be repeated; undefined where that cannot help. GitHub says
 * 403 or 429, and GraphQL 200, with retry-after, or x-ratelimit-remaining 0 and x-ratelimit-reset in
 * seconds of Unix time. Its secondary limit may be a 403 that only its words tell from a missing right:
 * a minute, then twice as long. GitLab says 429 with retry-after.
 */
function waitOf(
  { status, headers }: Response,
  body: unknown,
  clock: Clock,
  attempt: number,
): number | undefined {
  if (status >= 500) return 1000 * 2 ** attempt;
  if (![200, 403, 429].includes(status)) return undefined;
  const after = headers.get("retry-after");
  if (after !== null && /^\d{1,9}$/.test(after)) return Number(after) * 1000;
  if (headers.get("x-ratelimit-remaining") === "0") {
    const reset = Number(headers.get("x-ratelimit-reset") ?? Number.NaN);
    return Number.isFinite(reset) ? Math.max(0, reset * 1000 - clock.now()) : 60_000;
  }
  const isLimit = status === 429 || /secondary rate limit/i.test(JSON.stringify(body) ?? "");
  return isLimit ? 60_000 * 2 ** (attempt - 1) : undefined;
}

function reasonOf(status: number): string {
  switch (status) {
    case 401:
      return "the token is not valid (401)";
    case 403:
      return "the token may not write comments (403); a pull request from a fork has no such token";
    case 404:
      return "there is no such pull request, or the token may not see it (404)";
    case 422:
      return "the host refused the text (422)";
    default:
      return `the host refused the request (${status})`;
  }
}

/** An answer in the form that is expected. @throws Unpublished */
export function expected<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new Unpublished("the host's answer has another form than documented");
}
