import type { ErrorCode, KitError } from "../../common/errors/kit-error.ts";
import { ANSWER_ERRORS } from "../../common/errors/rotator-errors.ts";

/** What to do about an error, and whether repeating without a change can help. */
export interface Advice {
  /** The most exact code: of the rotator's answer, where it is ours. */
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly kind: KitError["kind"];
}

/** Statuses of a rotator that say: not now. */
const NOT_NOW: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/**
 * The advice of an error. A failed rotation holds the rotator's answer (`unexpected response code
 * N: <body>`): where that is one of our rotator, the advice is that of its code; another rotator's
 * is told apart by its status.
 */
export function adviceOn(error: KitError): Advice {
  const { code, remedy, kind } = error;
  if (code !== "rotation_failed") return { code, remedy, kind };
  const [, status = ""] = ANSWER.exec(error.message) ?? [];
  const ours = answerCode(error.message);
  if (ours !== undefined) {
    const entry = ANSWER_ERRORS[ours];
    return { code: ours, remedy: entry.remedy, kind: entry.kind };
  }
  const refused = /^4/.test(status) && !NOT_NOW.has(Number(status));
  return refused
    ? { code, kind: "definitive", remedy: "correct what the rotator's answer names; see its log" }
    : { code, remedy, kind };
}

const ANSWER = /unexpected response code (\d{3}): ?(.*)/i;

/** The code of our rotator's answer in the words of a failed rotation; undefined for any other one. */
export function answerCode(words: string): keyof typeof ANSWER_ERRORS | undefined {
  const [, , body = ""] = ANSWER.exec(words) ?? [];
  const code = /"code"\s*:\s*"([a-z_]{1,64})"/.exec(body)?.[1] ?? "";
  return isAnswerCode(code) ? code : undefined;
}

const isAnswerCode = (code: string): code is keyof typeof ANSWER_ERRORS =>
  Object.hasOwn(ANSWER_ERRORS, code);

/** An error with its advice, as commands show it in JSON. */
export function asDocument(error: KitError): Advice & { readonly message: string } {
  return { message: error.message, ...adviceOn(error) };
}

/** An error with its advice, on one line. */
export function told(error: KitError): string {
  const { code, remedy } = adviceOn(error);
  const inner = code === error.code ? "" : ` (${code})`;
  return `${error.code}${inner}: ${error.message.replace(/\.$/, "")}; ${remedy}`;
}
