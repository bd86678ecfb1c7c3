import { setTimeout as delay } from "node:timers/promises";
import { type RetryPolicy, retryDelay } from "./retry.ts";

/** An answer of the API that is no 200. `status` is all that the provider looks at. */
export class ApiError extends Error {
  readonly status: number;
  /** The answer's text, which the provider puts into its messages as it is. */
  readonly body: string;

  /** What the header Retry-After asks for, in seconds. */
  readonly retryAfterSeconds: number | undefined;

  constructor(response: Pick<Response, "status" | "statusText" | "headers">, body: string) {
    super(`${response.status} ${response.statusText}`.trim());
    this.name = "ApiError";
    this.status = response.status;
    this.body = body;
    const retryAfter = Number.parseFloat(response.headers.get("retry-after") ?? "");
    this.retryAfterSeconds = Number.isFinite(retryAfter) ? retryAfter : undefined;
  }
}

/** Calls of the Akeyless API v2. */
export interface ApiClient {
  /** Posts `body` with the token to `/<command>` and returns the decoded answer. */
  call(command: string, body: Readonly<Record<string, unknown>>): Promise<unknown>;
}

/** Options of {@link createApiClient}. */
export interface ApiClientOptions {
  /** The API's address, with its path prefix. */
  readonly address: string;
  readonly retry: RetryPolicy;
  readonly fetch?: typeof globalThis.fetch;
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** Longest time for one answer in milliseconds. The real provider sets no limit. */
const REQUEST_TIMEOUT_MS = 120_000;

/**
 * Client without a token. As read in the provider's source 2.x, not run against the real provider:
 * every call is a POST with the token in the body and the header `akeylessclienttype: terraform`,
 * and connection errors and overload answers are tried again, even for calls that create.
 */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const { fetch = globalThis.fetch, wait = delay } = options;
  const base = options.address.replace(/\/+$/, "");

  const send = async (command: string, body: string): Promise<unknown> => {
    const response = await fetch(`${base}/${command}`, {
      method: "POST",
      headers: { "content-type": "application/json", akeylessclienttype: "terraform" },
      body,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const text = await response.text();
    if (response.status !== 200) throw new ApiError(response, text);
    return text === "" ? {} : JSON.parse(text);
  };

  return {
    call: async (command, body) => {
      const text = JSON.stringify(body);
      for (let retries = 0; ; retries += 1) {
        try {
          return await send(command, text);
        } catch (error) {
          const pause = retryDelay(options.retry, error, retries);
          if (pause === undefined) throw error;
          await wait(pause);
        }
      }
    },
  };
}

/** The same client, with the token in each body. */
export function withToken(client: ApiClient, token: string): ApiClient {
  return { call: (command, body) => client.call(command, { ...body, token }) };
}
