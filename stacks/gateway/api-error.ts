import * as z from "zod";
import { KitError } from "../../common/errors/kit-error.ts";
import { plainText } from "../../common/plain-text.ts";
import { type ApiAnswer, HttpStatus, type NoAnswer } from "./transport.ts";

/** What a call was about, so that its failure can be told in a sentence. */
export interface ApiCall {
  /** Base address of the gateway. */
  readonly address: string;
  /** Path of the operation below the address. */
  readonly path: string;
  /** What was asked, as the end of "the gateway cannot …". */
  readonly purpose: string;
  readonly kind: "auth" | "rotate" | "item" | "target";
  /** Name of the item or target; "" where the call is about none. */
  readonly name: string;
}

/** An error status of the gateway. */
interface Answer {
  readonly call: ApiCall;
  readonly host: string;
  readonly status: number;
  /** "" where the body is not Akeyless's error object. */
  readonly words: string;
}

/** Codes that all tell what cannot be done, and the gateway's words about it. */
type CannotCode =
  | "gateway_busy"
  | "access_denied"
  | "target_not_found"
  | "item_not_found"
  | "item_conflict";

interface Verdict {
  applies(answer: Answer): boolean;
  error(answer: Answer, options: { cause: HttpStatus }): KitError;
}

const cannot = (code: CannotCode, applies: Verdict["applies"]): Verdict => ({
  applies,
  error: ({ call: { purpose }, words }, options) =>
    new KitError(code, { purpose, words: words || NO_WORDS }, options),
});

const NO_WORDS = "it does not say why";

/**
 * What an error status means, the first that applies. Akeyless documents no error codes; the
 * sentences that are matched were seen in the field.
 */
const VERDICTS: readonly Verdict[] = [
  {
    applies: ({ words, status, host }) =>
      /not available on public gateway/i.test(words) ||
      // The public API answered rotated secrets with a bare 404 as well.
      (status === 404 && words === "" && /(^|\.)akeyless\.io$/.test(host)),
    error: ({ host, call: { purpose } }, options) =>
      new KitError("gateway_required", { host, purpose }, options),
  },
  {
    applies: ({ words, call }) => call.kind === "rotate" && /rotation failed/i.test(words),
    error: ({ words, call: { name } }, options) =>
      new KitError("rotation_failed", { name, words }, options),
  },
  {
    // The console and the configuration manager answer with pages, or miss an access id that was
    // sent; where even the login is unknown, no API is there.
    applies: ({ words, status, call }) =>
      /missing required parameter - ?access-?id/i.test(words) ||
      (words === "" && status < 500) ||
      (call.kind === "auth" && status === 404),
    error: ({ host, status }, options) =>
      new KitError("gateway_address_wrong", { host, status }, options),
  },
  cannot(
    "gateway_busy",
    ({ status, words }) => status === 429 || /\b429 Too Many Requests\b/i.test(words),
  ),
  {
    applies: ({ call, status }) => call.kind === "auth" && status < 500,
    error: ({ status, words }, options) =>
      new KitError("login_rejected", { status, words: words || NO_WORDS }, options),
  },
  cannot("access_denied", ({ status }) => status === 401 || status === 403),
  cannot("target_not_found", ({ status, call }) => status === 404 && call.kind === "target"),
  cannot("item_not_found", ({ status }) => status === 404),
  cannot("item_conflict", ({ status }) => status === 409),
  {
    applies: () => true,
    error: ({ call: { purpose }, status, words }, options) =>
      new KitError("gateway_error", { purpose, status, words: words || NO_WORDS }, options),
  },
];

/** The error for a status that says no; holds neither the request nor the answer's body. */
export function refusedCall(call: ApiCall, { status, body }: ApiAnswer): KitError {
  const answer = { call, host: hostOf(call), status, words: wordsOf(body) };
  const cause = new HttpStatus(status);
  const verdict = VERDICTS.find(({ applies }) => applies(answer));
  return verdict?.error(answer, { cause }) ?? unexpectedAnswer(call, cause);
}

/** The error for a request that was not answered. */
export function unanswered(call: ApiCall, cause: NoAnswer): KitError {
  const { purpose } = call;
  const host = hostOf(call);
  const reason = cause.networkCode;
  switch (cause.reason) {
    case "timeout":
      return new KitError("gateway_timeout", { host, purpose }, { cause });
    case "untrusted":
      return new KitError("gateway_untrusted", { host, reason }, { cause });
    case "unreachable":
      return new KitError("gateway_unreachable", { host, reason }, { cause });
    case "too-large":
      return unexpectedAnswer(call, cause);
  }
}

/** The error for an answer that cannot be read; `cause` must not hold the answer itself. */
export function unexpectedAnswer(call: ApiCall, cause: unknown): KitError {
  const { purpose } = call;
  return new KitError("gateway_answer_unexpected", { host: hostOf(call), purpose }, { cause });
}

const hostOf = ({ address }: ApiCall): string => new URL(address).host;

const errorSchema = z.object({
  error: z.string(),
  message: z.string().optional().catch(undefined),
});

/** Some gateways explain their `error` by a `message`; a body without `error` is not Akeyless's. */
function wordsOf(body: unknown): string {
  const { error = "", message = "" } = errorSchema.safeParse(body).data ?? {};
  return plainText(error && message ? `${error}: ${message}` : error);
}
