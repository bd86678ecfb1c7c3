import * as z from "zod";
import { plainText } from "../../common/plain-text.ts";
import { OperationsError, type OperationsErrorCode } from "../operations/errors.ts";
import { type ApiAnswer, HttpStatus, type NoAnswer } from "./transport.ts";

/** What a call was about, so that its failure can be told in a sentence. */
export interface Call {
  /** Base address of the gateway. */
  readonly address: string;
  /** Path of the operation below the address. */
  readonly path: string;
  /** What was asked, as the end of "the gateway cannot …". */
  readonly purpose: string;
  readonly kind: "auth" | "rotate" | "item" | "target";
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
    code: "login_rejected",
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
];

const OTHER: Omit<Verdict, "applies"> = {
  code: "gateway_error",
  happened: (answer) => `${cannot(answer)} (status ${answer.status})`,
};

/** The error for a status that says no; holds neither the request nor the answer's body. */
export function refused(call: Call, { status, body }: ApiAnswer): OperationsError {
  const answer = { call, host: hostOf(call), status, words: wordsOf(body) };
  const { code, happened } = VERDICTS.find(({ applies }) => applies(answer)) ?? OTHER;
  return new OperationsError(code, happened(answer), { cause: new HttpStatus(status) });
}

/** The error for a request that was not answered. */
export function unanswered(call: Call, cause: NoAnswer): OperationsError {
  const { networkCode } = cause;
  const host = hostOf(call);
  const fail = (code: OperationsErrorCode, happened: string) =>
    new OperationsError(code, happened, { cause });
  switch (cause.reason) {
    case "timeout":
      return fail("gateway_timeout", `the gateway at ${host} did not ${call.purpose} in time`);
    case "untrusted":
      return fail(
        "gateway_untrusted",
        `the certificate of the gateway at ${host} is not trusted (${networkCode})`,
      );
    case "unreachable":
      return fail(
        "gateway_unreachable",
        `the gateway at ${host} cannot be reached (${networkCode})`,
      );
    case "too-large":
      return unexpectedAnswer(call, cause);
  }
}

/** The error for an answer that cannot be read; `cause` must not hold the answer itself. */
export function unexpectedAnswer(call: Call, cause: unknown): OperationsError {
  const host = hostOf(call);
  return new OperationsError(
    "gateway_answer_unexpected",
    `the gateway at ${host} was asked to ${call.purpose} and gave an answer that cannot be read`,
    { cause },
  );
}

const hostOf = ({ address }: Call): string => new URL(address).host;

const errorSchema = z.object({
  error: z.string(),
  message: z.string().optional().catch(undefined),
});

/** Some gateways explain their `error` by a `message`; a body without `error` is not Akeyless's. */
function wordsOf(body: unknown): string {
  const { error = "", message = "" } = errorSchema.safeParse(body).data ?? {};
  return plainText(error && message ? `${error}: ${message}` : error);
}
