import { atLeast, SEVERITIES, type Severity } from "../../rules/severity.ts";
import type { Review, ReviewedFinding, ReviewedStack } from "../review-schema.ts";

/** Whether a finding is brought by the change and accepted by nobody. */
export const isOpen = ({ state, waiver }: ReviewedFinding): boolean =>
  (state === "new" || state === "worse") && waiver === undefined;

/** Whether the finding alone is reason enough for exit code 2. */
export const stops = (finding: ReviewedFinding, failOn: Severity | "never"): boolean =>
  failOn !== "never" && isOpen(finding) && atLeast(finding.severity, failOn);

/** The review in one line, and whether it asks to stop. */
export function verdictOf(
  stacks: readonly ReviewedStack[],
  failOn: Severity | "never",
): Review["verdict"] {
  const findings = stacks.flatMap((stack) => stack.findings);
  const open = findings.filter(isOpen);
  const stopping = open.filter((finding) => stops(finding, failOn));
  const broken = stacks.filter(cannotBeApplied);
  const dangers = dangersOf(stacks);
  if (stopping.length > 0 || (broken.length > 0 && failOn !== "never")) {
    const why = [
      ...dangers,
      ...(broken.length > 0 ? [`${counted(broken.length, "plan")} failed`] : []),
      ...(stopping.length > 0 && dangers.length === 0 ? [bySeverity(stopping)] : []),
    ];
    return { decision: "stop", sentence: `Do not apply: ${why.join(", ")}` };
  }
  const obstacles = stacks.flatMap((stack) => stack.obstacles);
  const doubtful = stacks.some(({ banners }) => banners.length > 0);
  if (open.length > 0 || obstacles.length > 0 || dangers.length > 0 || doubtful) {
    const why = [
      ...dangers,
      ...(open.length > 0 ? [bySeverity(open)] : []),
      ...(obstacles.length > 0 ? [counted(obstacles.length, "obstacle")] : []),
    ];
    return {
      decision: "look",
      sentence: `Read before you apply: ${why.length > 0 ? why.join(", ") : "the plan is not whole"}`,
    };
  }
  const changed = stacks.some(({ secrets, targets, others }) =>
    [...secrets, ...targets, ...others].some(({ change }) => change !== "none"),
  );
  return {
    decision: "clear",
    sentence: changed ? "No password is in danger" : "Nothing changes",
  };
}

/** The banner of a plan that Terraform could not finish. */
export const ERRORED =
  "Planning failed: this is what was known when it stopped, and it cannot be applied";

/** Begins every banner of a stack that cannot be applied. */
export const FAILED = /^(Planning failed|The rules refused)/;

/** Why nobody can tell from the review what an apply of the stack would do. */
export const failuresOf = ({ banners }: ReviewedStack): string[] =>
  banners.filter((banner) => FAILED.test(banner));

/** Whether nobody can tell from the review what an apply of the stack would do. */
export const cannotBeApplied = (stack: ReviewedStack): boolean => failuresOf(stack).length > 0;

function dangersOf(stacks: readonly ReviewedStack[]): string[] {
  const secrets = stacks.flatMap((stack) => stack.secrets);
  const lost = secrets.filter(({ fate }) => fate === "lost").length;
  const replaced = secrets.filter(({ fate }) => fate === "bootstrap").length;
  const moving = stacks
    .flatMap((stack) => stack.targets)
    .filter(
      ({ change, used_by: users, differences, deferred }) =>
        change === "update" &&
        deferred === undefined &&
        users > 0 &&
        differences.some(({ attribute }) => attribute === "url"),
    );
  const under = moving.reduce((sum, { used_by: users }) => sum + users, 0);
  return [
    ...(lost > 0
      ? [`${counted(lost, "secret")} lose${lost === 1 ? "s its" : " their"} password`]
      : []),
    ...(replaced > 0
      ? [
          `${counted(replaced, "password")} ${replaced === 1 ? "is" : "are"} replaced by the bootstrap password`,
        ]
      : []),
    ...(moving.length > 0
      ? [
          `${counted(moving.length, "rotator")} move${moving.length === 1 ? "s" : ""} under ${counted(under, "secret")}`,
        ]
      : []),
  ];
}

/** `1 critical and 2 high findings`. */
function bySeverity(findings: readonly ReviewedFinding[]): string {
  const parts = SEVERITIES.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  return `${parts.join(" and ")} finding${findings.length === 1 ? "" : "s"}`;
}

/** `1 secret`, `2 secrets`. */
export const counted = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? "" : "s"}`;
