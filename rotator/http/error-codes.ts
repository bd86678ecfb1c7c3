import type { ErrorCode } from "../errors/error-code.ts";

/** What can be wrong with a request itself, or with the moment it comes at. */
export const HTTP_ERRORS = {
  not_found: {
    status: 404,
    message: "Nothing is served at this path.",
    remedy:
      "Make the Web Target's URL end in `listen.path` (default /rotate): the gateway calls it exactly as it is stored.",
  },
  method_not_allowed: {
    status: 405,
    message: "Only POST is served here.",
    remedy: "The gateway sends POST. Use GET /readyz on the metrics port for health checks.",
  },
  body_too_large: {
    status: 413,
    message: "The request body is too large.",
    remedy: "Shorten the payload, or raise `limits.body_bytes`.",
  },
  media_type_unsupported: {
    status: 415,
    message: "The request body must be JSON in UTF-8.",
    remedy:
      "Send application/json in UTF-8 without compression; a proxy in between must not change that.",
  },
  body_invalid: {
    status: 400,
    message: 'The request body must be {"payload":"<string>"}.',
    remedy: 'The gateway sends {"payload":"<string>"}. Check what sits between it and the rotator.',
  },
  rate_limited: {
    status: 429,
    message: "Too many rotations of this item; nothing was changed.",
    remedy:
      "Look for a loop that rotates the item; a rotation interval in minutes is a common cause. `limits.rate_per_minute` sets the limit.",
    retryAfter: 60,
  },
  overloaded: {
    status: 503,
    message: "Too many rotations run at once; nothing was changed.",
    remedy:
      "Nothing was changed. Rotate again after Retry-After; spread rotation hours, raise `limits.concurrency`, or add replicas.",
    retryAfter: 5,
  },
  internal_error: {
    status: 500,
    message: "The rotator failed unexpectedly.",
    remedy:
      "Rotating again is safe. Look for the correlation id in the rotator's log and report the error.",
  },
} as const satisfies Record<string, ErrorCode>;
