import type { Severity } from "../../rules/severity.ts";
import { failuresOf, isOpen } from "../judge/verdict.ts";
import type { Review, ReviewedStack } from "../review-schema.ts";
import { markup } from "./neutral.ts";
import { rotationText } from "./words.ts";

/**
 * The review as JUnit XML: a suite for each stack, a failure for each finding that the change brings, and
 * one for a plan that failed.
 */
export function junit(review: Review): string {
  const suites = review.stacks.map(suite);
  const sum = (countOf: (stack: ReviewedStack) => number) =>
    review.stacks.reduce((total, stack) => total + countOf(stack), 0);
  const total = sum((stack) => casesOf(stack).length);
  const failures = sum((stack) => failedCases(stack).length);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="rotation-kit review" tests="${total}" failures="${failures}">`,
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
}

function suite(stack: ReviewedStack): string {
  const cases = casesOf(stack);
  const failures = failedCases(stack).length;
  const said = (stack.rotations ?? []).map(rotationText);
  return [
    `  <testsuite name="${markup(stack.name)}" tests="${cases.length}" failures="${failures}">`,
    ...cases,
    ...(said.length > 0 ? [`    <system-out>${said.map(markup).join("&#10;")}</system-out>`] : []),
    "  </testsuite>",
  ].join("\n");
}

function casesOf(stack: ReviewedStack): string[] {
  const failed = failedCases(stack);
  if (failed.length > 0) return failed;
  return ['    <testcase name="no new finding" classname="review"/>'];
}

const failedCases = (stack: ReviewedStack): string[] => [
  ...failuresOf(stack).map((message) =>
    failedCase({ name: "the plan can be made", place: stack.name, severity: "critical", message }),
  ),
  ...stack.findings
    .filter(isOpen)
    .map(({ rule, title, address = "", ...finding }) =>
      failedCase({ name: `${rule} ${title}`, place: address, ...finding }),
    ),
];

function failedCase({
  name,
  place,
  severity,
  message,
  remedy = "",
}: {
  readonly name: string;
  readonly place: string;
  readonly severity: Severity;
  readonly message: string;
  readonly remedy?: string;
}): string {
  return [
    `    <testcase name="${markup(name)}" classname="${markup(place)}">`,
    `      <failure type="${severity}" message="${markup(message)}">${markup(remedy)}</failure>`,
    "    </testcase>",
  ].join("\n");
}
