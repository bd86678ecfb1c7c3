import { KitError } from "../../common/errors/kit-error.ts";
import { ROTATION_ERRORS, type RotationErrorCode } from "./error-codes.ts";

/** A rotation that ended without a new payload. `code` is one of error-codes.ts. */
export class RotationError extends KitError {
  /** `message` replaces the table's sentence where one can be said more exactly, never a secret. */
  constructor(code: RotationErrorCode, options: { message?: string; cause?: unknown } = {}) {
    super(code, options.message ?? ROTATION_ERRORS[code].message, { cause: options.cause });
  }
}
