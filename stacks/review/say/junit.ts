import { isOpen } from "../judge/verdict.ts";
import type { Review, ReviewedStack } from "../review-schema.ts";
import { markup } from "./neutral.ts";
import { rotationText } from "./words.ts";

/** The review as JUnit XML: a suite for each stack, a failure for each finding that the change brings. */
export function junit(review: Review): string {
  const suites = review.stacks.map(suite);
  const total = review.stacks.reduce((sum, stack) => sum + casesOf(stack).length, 0);
  const failures = review.stacks.reduce(
    (sum, { findings }) => sum + findings.filter(isOpen).length,
    0,
  );
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
  const failures = stack.findings.filter(isOpen).length;
  const said = (stack.rotations ?? []).map(rotationText);
  return [
    `  <testsuite name="${markup(stack.name)}" tests="${cases.length}" failures="${failures}">`,
    ...cases,
    ...(said.length > 0 ? [`    <system-out>${said.map(markup).join("&#10;")}</system-out>`] : []),
    "  </testsuite>",
  ].join("\n");
}

function casesOf({ findings }: ReviewedStack): string[] {
  const open = findings.filter(isOpen);
  if (open.length === 0) return ['    <testcase name="no new finding" classname="review"/>'];
  return open.map(({ rule, severity, title, address = "", message, remedy }) =>
    [
      `    <testcase name="${markup(`${rule} ${title}`)}" classname="${markup(address)}">`,
      `      <failure type="${severity}" message="${markup(message)}">${markup(remedy)}</failure>`,
      "    </testcase>",
    ].join("\n"),
  );
}
