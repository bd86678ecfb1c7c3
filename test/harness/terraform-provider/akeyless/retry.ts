import type { Environment } from "../protocol/provider.ts";
import type { ObjectValue, Value } from "../protocol/values.ts";
import { ApiError } from "./client.ts";

/** How a call is tried again. Times in seconds, as in the provider block. */
export interface RetryPolicy {
  /** Tries after the first one. */
  readonly maxRetries: number;
  readonly statusCodes: readonly number[];
  readonly intervalSeconds: number;
  readonly maxBackoffSeconds: number;
  readonly multiplier: number;
}

/** The defaults of a later commit of the provider's 2.x line, as read in its source. */
export const defaultRetryPolicy: RetryPolicy = {
  maxRetries: 3,
  statusCodes: [429, 500, 502, 503, 504],
  intervalSeconds: 1,
  maxBackoffSeconds: 30,
  multiplier: 1.5,
};

/** Rate limit of Akeyless's service, which may come inside a 403. */
const RELEASE_HINT = /will be released in\s+(\d+(?:\.\d+)?)\s*s/i;
const CONNECTION_ERRORS = new Set(["ECONNRESET", "ECONNREFUSED", "UND_ERR_SOCKET", "EPIPE"]);

/** Reads the block `retry`; environment variables win over it. */
export function readRetryPolicy(block: ObjectValue, environment: Environment): RetryPolicy {
  const number = (value: Value | undefined, fallback: number, variable: string) => {
    const text = environment[variable];
    if (text && Number.isFinite(Number(text))) return Number(text);
    return typeof value === "number" ? value : fallback;
  };
  const codes = block.retry_on_status_codes;
  const { maxRetries, intervalSeconds, maxBackoffSeconds, multiplier } = defaultRetryPolicy;
  return {
    maxRetries: number(block.max_retries, maxRetries, "AKEYLESS_MAX_RETRIES"),
    intervalSeconds: number(
      block.interval_seconds,
      intervalSeconds,
      "AKEYLESS_RETRY_INTERVAL_SECONDS",
    ),
    maxBackoffSeconds: number(
      block.max_backoff_seconds,
      maxBackoffSeconds,
      "AKEYLESS_MAX_BACKOFF_SECONDS",
    ),
    multiplier: number(block.multiplier, multiplier, "AKEYLESS_RETRY_MULTIPLIER"),
    // An empty list keeps the defaults.
    statusCodes:
      Array.isArray(codes) && codes.length > 0 ? codes.map(Number) : defaultRetryPolicy.statusCodes,
  };
}

/**
 * Milliseconds to wait before the call is tried again, or undefined where the error stands: after
 * `maxRetries`, and for any answer that is neither overload nor a broken connection.
 */
export function retryDelay(
  policy: RetryPolicy,
  error: unknown,
  retries: number,
): number | undefined {
  if (retries >= policy.maxRetries) return undefined;
  const backoff = Math.min(
    policy.intervalSeconds * policy.multiplier ** retries,
    policy.maxBackoffSeconds,
  );
  if (!(error instanceof ApiError)) return isConnectionError(error) ? backoff * 1_000 : undefined;
  const release = RELEASE_HINT.exec(error.body)?.[1];
  if (release === undefined && !policy.statusCodes.includes(error.status)) return undefined;
  const hinted = error.retryAfterSeconds ?? (release === undefined ? undefined : Number(release));
  return (hinted ?? backoff) * 1_000;
}

/** fetch wraps the socket's error as `cause`. */
function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return CONNECTION_ERRORS.has(code) || isConnectionError(error.cause);
}
