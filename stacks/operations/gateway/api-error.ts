import { OperationsError } from "../error-codes.ts";
import { plainText } from "../plain-text.ts";

/** What a call was about, so that its failure can be told in a sentence. */
export interface Call {
  /** Base address of the gateway. */
  readonly address: string;
  /** What was asked, as the end of "the gateway could not …". */
  readonly purpose: string;
  readonly kind: "auth" | "rotate" | "item" | "target";
}

interface Failure {
  readonly status: number | undefined;
  /** The gateway's own words; undefined where the body is not Akeyless's error object. */
  readonly words: string | undefined;
  /** Code of a network or TLS failure. */
  readonly networkCode: string | undefined;
  readonly timedOut: boolean;
  /** The answer arrived but was not JSON of the expected kind. */
  readonly unreadable: boolean;
}

const CONSOLE_PORTS = new Set(["8000", "18888"]);
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|SSL/;

/**
 * Turns what the SDK rejects with (a plain object that also holds the request, and in it the
 * credentials) into an error of ours that holds neither. Akeyless documents no error codes; the
 * sentences that are matched here were seen in the field (their sources are in docs/reference).
 */
export function apiError(thrown: unknown, call: Call): OperationsError {
  const failure = failureFrom(thrown);
  const cause = new Error(
    failure.status === undefined
      ? (failure.networkCode ?? "no answer")
      : `HTTP status ${failure.status}`,
  );
  const fail = (code: OperationsError["code"], happened: string) =>
    new OperationsError(code, happened, { cause });
  const { host, port } = new URL(call.address);
  const { status, words } = failure;

  if (failure.timedOut) {
    return fail("gateway_timeout", `the gateway at ${host} did not ${call.purpose} in time`);
  }
  if (failure.unreadable) return unexpectedAnswer(call, cause);
  if (status === undefined) {
    const code = failure.networkCode ?? "no answer";
    return UNTRUSTED.test(code)
      ? fail(
          "gateway_untrusted",
          `the certificate of the gateway at ${host} is not trusted (${code})`,
        )
      : fail("gateway_unreachable", `the gateway at ${host} cannot be reached (${code})`);
  }
  if (words && /not available on public gateway/i.test(words)) {
    return fail(
      "gateway_required",
      `${host} is Akeyless's public API, which cannot ${call.purpose}`,
    );
  }
  if (words && call.kind === "rotate" && /rotation failed/i.test(words)) {
    return fail("rotation_failed", `the rotation failed: ${words}`);
  }
  const misdirected = words ? /missing required parameter - ?access-?id/i.test(words) : true;
  if (CONSOLE_PORTS.has(port) || (misdirected && status < 500)) {
    return fail(
      "gateway_address_wrong",
      `${host} does not answer like the API of a gateway (status ${status})`,
    );
  }
  const said = words ? `: ${words}` : "";
  if (status === 429 || (words && /\b429 Too Many Requests\b/i.test(words))) {
    return fail("gateway_busy", `the gateway limits the rate of calls${said}`);
  }
  if (call.kind === "auth") {
    return fail(
      "credentials_rejected",
      `the gateway refused the credentials (status ${status})${said}`,
    );
  }
  if (status === 401 || status === 403) {
    return fail("access_denied", `the gateway may not ${call.purpose} for this access id${said}`);
  }
  if (status === 404) {
    const code = call.kind === "target" ? "target_not_found" : "item_not_found";
    return fail(code, `the gateway cannot ${call.purpose}: there is none of that name`);
  }
  if (status === 409) {
    return fail("item_conflict", `the gateway cannot ${call.purpose}${said}`);
  }
  return fail("gateway_error", `the gateway could not ${call.purpose} (status ${status})${said}`);
}

/** The error for an answer that cannot be read; `cause` must not hold the answer itself. */
export function unexpectedAnswer(call: Call, cause: unknown): OperationsError {
  const { host } = new URL(call.address);
  return new OperationsError(
    "gateway_answer_unexpected",
    `the gateway at ${host} was asked to ${call.purpose} and gave an answer that cannot be read`,
    { cause },
  );
}

function failureFrom(thrown: unknown): Failure {
  const outer = record(thrown);
  const inner = record(outer.error);
  const body = record(outer.body);
  const words = [body.error, body.message]
    .filter((part): part is string => typeof part === "string" && part !== "")
    .join(": ");
  return {
    status: typeof outer.status === "number" ? outer.status : undefined,
    words: words === "" ? undefined : plainText(words),
    networkCode: typeof inner.code === "string" ? inner.code : undefined,
    timedOut: inner.timeout !== undefined,
    unreadable: thrown instanceof Error || inner.parse === true,
  };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
