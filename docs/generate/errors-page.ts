import { START_ERRORS } from "../../rotator/config/error-codes.ts";
import { ANSWER_ERRORS } from "../../rotator/errors/error-codes.ts";
import { SYSTEM_ERRORS } from "../../rotator/systems/error-codes.ts";
import { DECLARATION_ERRORS } from "../../stacks/constructs/error-codes.ts";
import { OPERATIONS_ERRORS } from "../../stacks/operations/error-codes.ts";
import { RULES_ERRORS } from "../../stacks/rules/error-codes.ts";
import { code, GENERATED, table } from "./markdown.ts";

/** docs/reference/errors.md, from the tables of codes beside the sources that raise them. */
export function errorsPage(): string {
  return `# Errors

${GENERATED}

Codes are stable; sentences may become better. No error carries a secret or what a system
answered, nor does the log: it tells each step with a short reason, under the \`correlation\` of the answer.

## Answers of the rotator

The gateway shows them as \`creds rotation failed: unexpected response code <status>: <body>\`, the
body being \`{"code":"…","message":"…",…}\` (application/problem+json). After any of them the stored
payload stays as it is, and rotating again is safe. *Retry* is the header Retry-After, in seconds.

${table(
  ["Code", "Status", "Retry", "Meaning", "Remedy"],
  Object.entries(ANSWER_ERRORS).map(([name, { status, retryAfter, message, remedy }]) => [
    code(name),
    String(status),
    retryAfter === undefined ? "" : String(retryAfter),
    message,
    remedy,
  ]),
)}

## Start of the rotator

The process ends with exit code 1 and one sentence on standard error.

${remedies({ ...START_ERRORS, ...SYSTEM_ERRORS })}

## Commands that talk to a gateway

${remedies(OPERATIONS_ERRORS)}

## Declarations

${remedies(DECLARATION_ERRORS)}

## Rules

${remedies(RULES_ERRORS)}
`;
}

type Remedies = Readonly<Record<string, string | { readonly remedy: string }>>;

function remedies(errors: Remedies): string {
  return table(
    ["Code", "Remedy"],
    Object.entries(errors).map(([name, entry]) => [
      code(name),
      typeof entry === "string" ? entry : entry.remedy,
    ]),
  );
}
