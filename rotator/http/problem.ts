import type { ServerResponse } from "node:http";
import * as z from "zod";
import { defined } from "../../common/defined.ts";
import type { AnswerEntry } from "../../common/errors/error-entry.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import { ANSWER_ERRORS, answerEntry } from "../../common/errors/rotator-errors.ts";
import type { PublicReason } from "./public-reason.ts";

/**
 * An error answer: RFC 9457, with `code` and `message` in front, because the gateway shows the body
 * to people as it is.
 */
export const problemSchema = z
  .strictObject({
    code: z.string().meta({ description: "Stable code; docs/reference/errors.md has the remedy." }),
    message: z.string().meta({ description: "One sentence. Never a secret." }),
    type: z.string().meta({ description: "The code as a URI." }),
    title: z.string().meta({ description: "The same sentence for every occurrence." }),
    status: z.int().meta({ description: "Status of the answer." }),
    kind: z.enum(["definitive", "passing"]).meta({
      description:
        "`passing`: rotating again may help. `definitive`: something has to be changed first.",
    }),
    reason: z.string().optional().meta({
      description: "What the system had against it, in a word of docs/reference/errors.md.",
    }),
    remedy: z
      .string()
      .meta({ description: "Section of docs/reference/errors.md with the repair." }),
    correlation: z.string().meta({ description: "Finds the request in the rotator's log." }),
  })
  .meta({ description: "Why nothing was answered (application/problem+json, RFC 9457)." });

/** An error answer, ready to be sent. */
export interface Problem {
  readonly code: string;
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const INTERNAL: AnswerEntry = ANSWER_ERRORS.internal_error;

/** What was thrown, where it is an error that callers may see. */
function answerOf(error: unknown): { error: KitError; entry: AnswerEntry } | undefined {
  const entry = error instanceof KitError ? answerEntry(error.code) : undefined;
  return error instanceof KitError && entry ? { error, entry } : undefined;
}

/**
 * Turns what was thrown into an answer; what is not a public error becomes `internal_error`.
 *
 * @param reason what the system had against the rotation
 */
export function toProblem(error: unknown, correlation: string, reason?: PublicReason): Problem {
  const known = answerOf(error);
  const { status, message, retryAfter, kind } = known?.entry ?? INTERNAL;
  const code = known?.error.code ?? "internal_error";
  const body: z.output<typeof problemSchema> = {
    code,
    message: known?.error.message ?? message,
    type: `urn:rotation-kit:error:${code}`,
    title: message,
    status,
    kind,
    ...defined({ reason }),
    remedy: `errors.md#${code}`,
    correlation,
  };
  return {
    code,
    status,
    body: JSON.stringify(body),
    headers: {
      "Content-Type": "application/problem+json",
      ...defined({
        "Retry-After": retryAfter === undefined ? undefined : String(retryAfter),
        Allow: code === "method_not_allowed" ? "POST" : undefined,
        // RFC 9110 (15.5.2) asks for a challenge; the scheme is named after the missing header.
        "WWW-Authenticate": status === 401 ? "AkeylessCreds" : undefined,
      }),
    },
  };
}

/** Sends an answer that no cache keeps. */
export function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): void {
  response.writeHead(status, {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
