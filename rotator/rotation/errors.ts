import { KitError } from "../../common/errors/kit-error.ts";
import type { ROTATION_ERRORS } from "../../common/errors/rotator-errors.ts";

type RotationErrorCode = keyof typeof ROTATION_ERRORS;

/** A rotation that ended without a new payload. */
export class RotationError extends KitError<RotationErrorCode> {
  /** `message` replaces the table's sentence where one can be said more exactly, never a secret. */
  constructor(code: RotationErrorCode, options: { message?: string; cause?: unknown } = {}) {
    super(code, {}, { cause: options.cause });
    if (options.message !== undefined) this.message = options.message;
  }
}
