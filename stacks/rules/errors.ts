import { KitError } from "../../common/errors/kit-error.ts";
import type { RulesErrorCode } from "./error-codes.ts";

/** What is wrong with the policy file or with a question about rules; never holds a secret. */
export class RulesError extends KitError {
  declare readonly code: RulesErrorCode;

  constructor(code: RulesErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}
