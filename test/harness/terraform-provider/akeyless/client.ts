import { setTimeout as delay } from "node:timers/promises";
import { isConnectionError } from "./connection-error.ts";

/**
 * An answer of the API that is no 200. The provider sees its status line and nothing else: it asks
 * for a value type of error where the SDK returns a pointer, so that no body is ever read and no
 * status ever told apart (measured with 1.11.4).
 */
export class ApiFailure extends Error {
  constructor(response: Pick<Response, "status" | "statusText">) {
    super(`${response.status} ${response.statusText}`.trim());
    this.name = "ApiError";
  }
}

/** Calls of the Akeyless API v2. */
export interface ApiClient {
  /** Posts `body` with the token to `/<command>` and returns the decoded answer. */
  call(command: string, body: Readonly<Record<string, unknown>>): Promise<unknown>;
}

/** Options of {@link createApiClient}. */
export interface ApiClientOptions {
  /** The API's address, with its path prefix. A slash at its end stays: calls go to `/v2//auth`. */
  readonly address: string;
  /** Waits before each further try after a connection error, in milliseconds. */
  readonly waits?: readonly number[];
  readonly fetch?: typeof globalThis.fetch;
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** Longest time for one answer in milliseconds. The real provider sets no limit. */
const REQUEST_TIMEOUT_MS = 120_000;

/** What 2.0.1 waits after an answer that broke off or a connection that failed. */
const WAITS_MS = [2_000, 4_000];

/**
 * Client without a token. As measured with 1.11.4 and with a reconstruction of 2.0.1: every call is
 * a POST with the token in the body and the header `akeylessclienttype: terraform`. A call is
 * repeated after a connection error, even one that creates, and never after a status (2.0.1; 1.11.4
 * never repeats).
 */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const { address, waits = WAITS_MS, fetch = globalThis.fetch, wait = delay } = options;

  const send = async (command: string, body: string): Promise<unknown> => {
    const response = await fetch(`${address}/${command}`, {
      method: "POST",
      headers: { "content-type": "application/json", akeylessclienttype: "terraform" },
      body,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const text = await response.text();
    if (response.status !== 200) throw new ApiFailure(response);
    return text === "" ? {} : JSON.parse(text);
  };

  return {
    call: async (command, body) => {
      const text = JSON.stringify(body);
      for (let retries = 0; ; retries += 1) {
        try {
          return await send(command, text);
        } catch (error) {
          const pause = waits[retries];
          if (pause === undefined || !isConnectionError(error)) throw error;
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
