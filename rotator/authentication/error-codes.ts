import type { ErrorCode } from "../errors/error-code.ts";

/** Why a caller was not served. */
export const AUTHENTICATION_ERRORS = {
  credentials_missing: {
    status: 401,
    message: "The request has no AkeylessCreds header.",
    remedy:
      "Only an Akeyless Gateway can call the rotator: it sends the header by itself. Check that no proxy between gateway and rotator drops it.",
  },
  credentials_malformed: {
    status: 401,
    message: "The AkeylessCreds header cannot be used.",
    remedy:
      "The header must appear once and hold one signed JWT of at most `limits.token_bytes` bytes. Check what the proxy in front of the rotator does with headers.",
  },
  credentials_expired: {
    status: 401,
    message: "The AkeylessCreds token has expired or is not valid yet.",
    remedy:
      "Compare the clocks of gateway and rotator (30 s apart are tolerated), then rotate again.",
  },
  credentials_rejected: {
    status: 401,
    message: "Akeyless did not confirm the AkeylessCreds token.",
    remedy:
      "Compare `akeyless.access_ids` with the access id the gateway itself logs in with, and `akeyless.validation_url` with the region of the account.",
  },
  item_not_allowed: {
    status: 403,
    message: "This rotator does not serve the item of the request.",
    remedy:
      "Add the item under `items` with the name that Akeyless shows, with its leading slash, or point its Web Target at the rotator that serves it.",
  },
  dry_run_not_allowed: {
    status: 403,
    message: "This rotator does not answer dry runs.",
    remedy: "Set `akeyless.allow_dry_run: true` if dry runs of p-custom are wanted.",
  },
  validator_unavailable: {
    status: 503,
    message: "Akeyless could not be asked; nothing was changed.",
    remedy:
      "Nothing was changed. Check that the rotator reaches `akeyless.validation_url`; `rotation-kit serve --check --probe` tells. Then rotate again.",
    retryAfter: 5,
  },
} as const satisfies Record<string, ErrorCode>;
