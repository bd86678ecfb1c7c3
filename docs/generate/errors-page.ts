import type { AnswerEntry, ErrorEntry } from "../../common/errors/error-entry.ts";
import { ANSWER_ERRORS, START_ERRORS } from "../../common/errors/rotator-errors.ts";
import {
  DECLARATION_ERRORS,
  EMULATOR_ERRORS,
  INIT_ERRORS,
  OPERATIONS_ERRORS,
  REVIEW_ERRORS,
  RULES_ERRORS,
} from "../../common/errors/stacks-errors.ts";
import { PUBLIC_REASONS } from "../../rotator/http/public-reason.ts";
import { code, GENERATED, table } from "./markdown.ts";
import { REPAIRS } from "./repairs.ts";

/** docs/reference/errors.md, from the tables of codes beside the sources that raise them. */
export function errorsPage(): string {
  return `# Errors

${GENERATED}

Codes are stable; sentences may change. No error contains a secret or a system's answer. Neither does the log: it has
each step with a short reason, under the \`correlation\` of the answer.

## Answers of the rotator

The gateway shows them as \`creds rotation failed: unexpected response code <status>: <body>\`. The
body is \`{"code":"…","message":"…",…}\` (application/problem+json). After each of them the stored
payload is unchanged, and you can safely rotate again. *Retry* is the header Retry-After, in seconds.
\`kind\` says whether repeating alone can help, \`remedy\` names the section below, and \`reason\`, if the
system gave one, is a word of this table:

${table(
  ["Reason", "Meaning"],
  Object.entries(PUBLIC_REASONS).map(([reason, meaning]) => [code(reason), meaning]),
)}

${table(
  ["Code", "Status", "Retry", "Meaning", "Remedy"],
  Object.entries<AnswerEntry>(ANSWER_ERRORS).map(
    ([name, { status, retryAfter, message, remedy }]) => [
      code(name),
      String(status),
      retryAfter === undefined ? "" : String(retryAfter),
      message,
      remedy,
    ],
  ),
)}

${Object.entries<AnswerEntry>(ANSWER_ERRORS).map(section).join("\n")}
## Start of the rotator

The process ends with exit code 1 and one sentence on standard error.

${remedies(START_ERRORS)}

${Object.entries<ErrorEntry>(START_ERRORS).map(section).join("\n")}
## Commands that talk to a gateway

${remedies(OPERATIONS_ERRORS)}

## The emulated gateway

${remedies(EMULATOR_ERRORS)}

## Declarations

${remedies(DECLARATION_ERRORS)}

## Rules

${remedies(RULES_ERRORS)}

## Review

${remedies(REVIEW_ERRORS)}

## A new project

${remedies(INIT_ERRORS)}
`;
}

/** One code by its symptom: what you read, what to do, the command that does or shows it. */
function section([name, { message, kind, remedy }]: [string, ErrorEntry]): string {
  const repair = REPAIRS[name as keyof typeof REPAIRS];
  const symptom = message.startsWith("{{") ? "The sentence says what is wrong." : message;
  return `### ${name}

${symptom} Repeating ${repeating(kind)}.

${remedy}

\`\`\`sh
${repair}
\`\`\`
`;
}

function remedies(errors: Readonly<Record<string, ErrorEntry>>): string {
  return table(
    ["Code", "Repeating", "Remedy"],
    Object.entries(errors).map(([name, { kind, remedy }]) => [code(name), repeating(kind), remedy]),
  );
}

const repeating = (kind: ErrorEntry["kind"]) =>
  kind === "passing" ? "may help" : "changes nothing";
