import { AUTHENTICATION_ERRORS } from "../authentication/error-codes.ts";
import { HTTP_ERRORS } from "../http/error-codes.ts";
import { ROTATION_ERRORS } from "../rotation/error-codes.ts";
import type { ErrorCode } from "./error-code.ts";

/** Every code that an answer of the rotator can carry. */
export const ANSWER_ERRORS: Readonly<Record<string, ErrorCode>> = {
  ...AUTHENTICATION_ERRORS,
  ...HTTP_ERRORS,
  ...ROTATION_ERRORS,
};
