import { plainText } from "../../common/plain-text.ts";
import { OperationsError, type OperationsErrorCode } from "../operations/error-codes.ts";

/** What a call was about, so that its failure can be told in a sentence. */
export interface Call {
  /** Base address of the gateway. */
  readonly address: string;
  /** What was asked, as the end of "the gateway cannot …". */
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

/** An error status of the gateway. */
interface Answer {
  readonly call: Call;
  readonly host: string;
  readonly status: number;
  /** "" where the body is not Akeyless's error object. */
  readonly words: string;
}

interface Verdict {
  readonly code: OperationsErrorCode;
  applies(answer: Answer): boolean;
  happened(answer: Answer): string;
}

const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|SSL/;

const cannot = ({ call, words }: Answer) =>
  `the gateway cannot ${call.purpose}${words && `: ${words}`}`;

/**
 * What an error status means, the first that applies. Akeyless documents no error codes; the
 * sentences that are matched were seen in the field.
 */
const VERDICTS: readonly Verdict[] = [
  {
    code: "gateway_required",
    applies: ({ words, status, host }) =>
      /not available on public gateway/i.test(words) ||
      // The public API answered rotated secrets with a bare 404 as well.
      (status === 404 && words === "" && /(^|\.)akeyless\.io$/.test(host)),
    happened: ({ host, call }) => `${host} is Akeyless's public API, which cannot ${call.purpose}`,
  },
  {
    code: "rotation_failed",
    applies: ({ words, call }) => call.kind === "rotate" && /rotation failed/i.test(words),
    happened: ({ words }) => `the rotation failed: ${words}`,
  },
  {
    code: "gateway_address_wrong",
    // The console and the configuration manager answer with pages, or miss an access id that was
    // sent; where even the login is unknown, no API is there.
    applies: ({ words, status, call }) =>
      /missing required parameter - ?access-?id/i.test(words) ||
      (words === "" && status < 500) ||
      (call.kind === "auth" && status === 404),
    happened: ({ host, status }) =>
      `${host} does not answer like the API of a gateway (status ${status})`,
  },
  {
    code: "gateway_busy",
    applies: ({ status, words }) => status === 429 || /\b429 Too Many Requests\b/i.test(words),
    happened: cannot,
  },
  {
    code: "credentials_rejected",
    applies: ({ call, status }) => call.kind === "auth" && status < 500,
    happened: ({ status, words }) =>
      `the gateway refused the credentials (status ${status})${words && `: ${words}`}`,
  },
  {
    code: "access_denied",
    applies: ({ status }) => status === 401 || status === 403,
    happened: cannot,
  },
  {
    code: "target_not_found",
    applies: ({ status, call }) => status === 404 && call.kind === "target",
    happened: cannot,
  },
  { code: "item_not_found", applies: ({ status }) => status === 404, happened: cannot },
  { code: "item_conflict", applies: ({ status }) => status === 409, happened: cannot },
  {
    code: "gateway_error",
    applies: () => true,
    happened: (answer) => `${cannot(answer)} (status ${answer.status})`,
  },
];

/**
 * Turns what the SDK rejects with (a plain object that also holds the request, and in it the
 * credentials) into an error of ours that holds neither.
 */
export function apiError(thrown: unknown, call: Call): OperationsError {
  const { status, words = "", networkCode = "no answer", ...failure } = failureFrom(thrown);
  const cause = new Error(status === undefined ? networkCode : `HTTP status ${status}`);
  const { host } = new URL(call.address);
  if (failure.unreadable) return unexpectedAnswer(call, cause);
  if (status === undefined) {
    const [code, happened]: [OperationsErrorCode, string] = failure.timedOut
      ? ["gateway_timeout", `the gateway at ${host} did not ${call.purpose} in time`]
      : UNTRUSTED.test(networkCode)
        ? [
            "gateway_untrusted",
            `the certificate of the gateway at ${host} is not trusted (${networkCode})`,
          ]
        : ["gateway_unreachable", `the gateway at ${host} cannot be reached (${networkCode})`];
    return new OperationsError(code, happened, { cause });
  }
  const answer = { call, host, status, words };
  for (const { code, applies, happened } of VERDICTS) {
    if (applies(answer)) return new OperationsError(code, happened(answer), { cause });
  }
  return unexpectedAnswer(call, cause);
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
  return {
    status: typeof outer.status === "number" ? outer.status : undefined,
    words: wordsOf(body),
    networkCode: typeof inner.code === "string" ? inner.code : undefined,
    timedOut: inner.timeout !== undefined,
    unreadable: thrown instanceof Error || inner.parse === true,
  };
}

/** Some gateways explain their `error` by a `message`; a body without `error` is not Akeyless's. */
function wordsOf({ error, message }: Record<string, unknown>): string | undefined {
  if (typeof error !== "string" || error === "") return undefined;
  return plainText(typeof message === "string" && message !== "" ? `${error}: ${message}` : error);
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
