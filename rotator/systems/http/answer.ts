import type { IncomingHttpHeaders } from "node:http";
import { ExactNumber } from "../../../common/json.ts";
import type { AccountState } from "../system.ts";
import type { BodyTest, Condition, HeaderTest } from "./recipe-condition.ts";
import {
  isValueReference,
  type Reference,
  type ReferenceValue,
  resolveReferences,
  type Scope,
} from "./reference.ts";

/** What a system answered. It stays inside the engine: only codes and conclusions leave. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The text as JSON, `undefined` where it is none. */
  readonly json: ReferenceValue | undefined;
  /** The answer's Set-Cookie headers. */
  readonly cookies: readonly string[];
}

/** A header of an answer; one that came several times is joined, as RFC 9110, 5.3 allows. */
export function headerOf({ headers }: Answer, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(", ") : value;
}

/** The value at a JSON pointer (RFC 6901), `undefined` where there is none. */
export function answerValueAt(
  document: ReferenceValue | undefined,
  pointer: string,
): ReferenceValue | undefined {
  if (pointer === "") return document;
  let value: ReferenceValue | undefined = document;
  for (const part of pointer.slice(1).split("/")) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !isMember(value, name)) return undefined;
    value = (value as Record<string, ReferenceValue>)[name];
  }
  return value;
}

/** Own and enumerable: members of the JSON, not what JavaScript adds, such as an array's length. */
function isMember(value: object, name: string): boolean {
  return Object.prototype.propertyIsEnumerable.call(value, name);
}

function equal(value: ReferenceValue | undefined, wanted: ReferenceValue | undefined): boolean {
  if (value instanceof ExactNumber && wanted instanceof ExactNumber) {
    return value.text === wanted.text;
  }
  return value !== undefined && value === wanted;
}

const wantedValue = (wanted: Reference | ReferenceValue, scope: Scope) =>
  isValueReference(wanted) ? resolveReferences(wanted, scope) : wanted;

function passes(
  test: BodyTest,
  json: ReferenceValue | undefined,
  text: string,
  scope: Scope,
): boolean {
  if ("text_contains" in test) return text.includes(test.text_contains);
  if ("text_equals" in test) return text.trim() === test.text_equals;
  const value = answerValueAt(json, test.at);
  if ("present" in test) return (value !== undefined && value !== null) === test.present;
  if ("contains" in test) {
    if (Array.isArray(value)) return value.includes(test.contains);
    return typeof value === "string" && value.includes(test.contains);
  }
  return equal(value, wantedValue(test.equals, scope));
}

function passesHeader(test: HeaderTest, answer: Answer, scope: Scope): boolean {
  const value = headerOf(answer, test.header);
  if ("present" in test) return (value !== undefined) === test.present;
  if ("contains" in test) return value?.includes(test.contains) === true;
  return equal(value, wantedValue(test.equals, scope));
}

/** Whether an entry of a list passes all tests of a lookup. */
export function fits(entry: ReferenceValue, tests: readonly BodyTest[], scope: Scope): boolean {
  return tests.every((test) => passes(test, entry, "", scope));
}

/** Whether a condition is about the status of an answer. */
function hasStatus({ status }: Condition, answer: Answer): boolean {
  return Array.isArray(status) ? status.includes(answer.status) : status === answer.status;
}

/** Whether an answer meets a condition. */
function matches(condition: Condition, answer: Answer, scope: Scope): boolean {
  const { headers = [], body = [] } = condition;
  return (
    hasStatus(condition, answer) &&
    headers.every((test) => passesHeader(test, answer, scope)) &&
    body.every((test) => passes(test, answer.json, answer.text, scope))
  );
}

/** The conclusion that a recipe's conditions draw from an answer. */
export interface Classification<Kind extends string> {
  /** `undefined` where no condition matched, or where two kinds contradict each other. */
  readonly kind: Kind | undefined;
  readonly reason: string;
  /** What the condition says about the account. */
  readonly account?: AccountState;
}

/** Conditions by what an answer that meets one counts as. */
export type Answers<Kind extends string> = Readonly<
  Partial<Record<Kind, readonly Condition[] | undefined>>
>;

/**
 * Reads an answer by a recipe's conditions. An answer that nobody described, or that two kinds
 * claim, proves nothing: its kind is `undefined`, and the caller takes the safe side.
 */
export function classify<Kind extends string>(
  answers: Answers<Kind>,
  answer: Answer,
  scope: Scope,
): Classification<Kind> {
  const hits: { kind: Kind; hit: Condition }[] = [];
  const kinds = Object.keys(answers) as Kind[];
  for (const kind of kinds) {
    const hit = answers[kind]?.find((condition) => matches(condition, answer, scope));
    if (hit !== undefined) hits.push({ kind, hit });
  }
  const [only, ...others] = hits;
  if (only === undefined) {
    const isKnown = kinds.some((kind) => answers[kind]?.some((one) => hasStatus(one, answer)));
    const what = isKnown ? "unexpected_body" : "unexpected_status";
    return { kind: undefined, reason: `${what}_${answer.status}` };
  }
  if (others.length > 0) return { kind: undefined, reason: "contradictory_answer" };
  const { kind, hit } = only;
  if (hit.account === undefined) return { kind, reason: hit.reason ?? kind };
  return { kind, reason: hit.reason ?? `account_${hit.account}`, account: hit.account };
}
