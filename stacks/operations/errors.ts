import { KitError } from "../../common/errors/kit-error.ts";
import type { OPERATIONS_ERRORS } from "../../common/errors/stacks-errors.ts";
import { oneLine } from "../../common/plain-text.ts";

/** A code of the commands that talk to a gateway. */
export type OperationsErrorCode = keyof typeof OPERATIONS_ERRORS;

/** An error of the operations commands: what happened, in one sentence. */
export class OperationsError extends KitError<OperationsErrorCode> {
  declare readonly code: OperationsErrorCode;

  constructor(code: OperationsErrorCode, happened: string, options?: { cause?: unknown }) {
    // Names and live values in the sentence come from other machines.
    super(code, { problem: oneLine(happened) }, options);
  }
}
