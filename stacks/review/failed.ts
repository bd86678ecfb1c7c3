import { RULES } from "../rules/all.ts";
import type { Severity } from "../rules/severity.ts";
import type { UndigestedStack } from "./review-schema.ts";

/** The banner of a synthesis that the rules refused. */
export const REFUSED = "The rules refused the synthesis, so there is no plan";

/** A stack whose planning left nothing but a reason. */
export const withoutPlan = (stack: string, reason: string): UndigestedStack =>
  emptyStack(stack, [reason], []);

/** What represents all stacks of a synthesis that the rules refused: its findings. */
export function refusedStack(
  refusals: readonly {
    readonly path: string;
    readonly rule: string;
    readonly severity: Severity;
    readonly message: string;
  }[],
): UndigestedStack {
  const findings = refusals.map(({ path, rule, severity, message }) => {
    const known = RULES.find(({ id }) => id === rule);
    const remedy = known?.remedy ?? "";
    return {
      rule,
      title: known?.title ?? "a rule of another version",
      severity,
      state: "new" as const,
      path,
      // cdktf has one text for a finding and its remedy.
      message: message.replace(`. ${remedy}`, ""),
      reason: known?.reason ?? "",
      remedy,
      address: path,
    };
  });
  return emptyStack(refusals[0]?.path.split("/")[0] ?? "synthesis", [REFUSED], findings);
}

function emptyStack(
  name: string,
  banners: string[],
  findings: UndigestedStack["findings"],
): UndigestedStack {
  return {
    name,
    banners,
    counts: {
      create: 0,
      update: 0,
      replace: 0,
      delete: 0,
      forget: 0,
      move: 0,
      import: 0,
      unchanged_secrets: 0,
      unchanged_targets: 0,
      steps: 0,
    },
    secrets: [],
    targets: [],
    others: [],
    findings,
    renames: [],
    obstacles: [],
    drift: [],
    blind_spots: [],
  };
}
