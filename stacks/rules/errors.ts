import { KitError } from "../../common/errors/kit-error.ts";
import type { RULES_ERRORS } from "../../common/errors/stacks-errors.ts";

/** A code of the rules. */
export type RulesErrorCode = keyof typeof RULES_ERRORS;

/** What is wrong with the policy file or with a question about rules; never holds a secret. */
export class RulesError extends KitError<RulesErrorCode> {
  declare readonly code: RulesErrorCode;

  constructor(code: RulesErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, { problem: message }, options);
  }
}
