/** From worst to mildest. */
export const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Whether the severity is at least as bad as the other one. */
export const atLeast = (severity: Severity, other: Severity): boolean =>
  SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(other);

/** Id of a rule: AKR and three digits; never reused. */
export type RuleId = `AKR${string}`;
