/** Every error code of the rules, with what to do about it. */
export const RULES_ERRORS = {
  rules_file_invalid: {
    remedy:
      "Correct each line that the message names; docs/reference/rules.schema.json describes the file for editors.",
  },
  rules_file_unreadable: {
    remedy: "Check that the file exists and that this user may read it.",
  },
  waiver_invalid: {
    remedy: "Correct the call of waive that the message names.",
  },
  rule_unknown: {
    remedy: "Run rotation-kit rules to see every rule with its id.",
  },
} as const;

/** A code of {@link RULES_ERRORS}. */
export type RulesErrorCode = keyof typeof RULES_ERRORS;
