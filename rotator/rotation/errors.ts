import { KitError } from "../errors.ts";
import { ROTATION_ERRORS, type RotationErrorCode, type RotationErrorInfo } from "./error-codes.ts";

/** A rotation that ended without a new payload. `code` is one of error-codes.ts. */
export class RotationError extends KitError {
  /** HTTP status of the answer. */
  readonly status: number;
  /** Seconds after which a repetition makes sense, or undefined. */
  readonly retryAfter: number | undefined;

  /** `message` replaces the table's sentence where one can be said more exactly, never a secret. */
  constructor(code: RotationErrorCode, options: { message?: string; cause?: unknown } = {}) {
    const info: RotationErrorInfo = ROTATION_ERRORS[code];
    super(code, options.message ?? info.message, { cause: options.cause });
    this.status = info.status;
    this.retryAfter = info.retryAfter;
  }
}
