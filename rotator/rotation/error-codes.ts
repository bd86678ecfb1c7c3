import type { ErrorCode } from "../errors/error-code.ts";

/** Every code that `rotate` may end with. Codes are stable. */
export const ROTATION_ERRORS = {
  payload_invalid: {
    status: 400,
    message: "The payload is not what this rotator expects.",
    remedy:
      "Correct the stored payload; the sentence names the field. Where it names a key, compare that key's file on all replicas first: another key under the same id looks the same.",
  },
  payload_too_large: {
    status: 413,
    message: "The payload is larger than the rotator accepts.",
    remedy: "Move what is not needed for the rotation out of the payload.",
  },
  binding_refused: {
    status: 403,
    message: "This item may not rotate the system or user name in its payload.",
    remedy:
      "Compare `system` and `username` of the payload with the item's entry under `items`. The `key_id` of a key that was made by hand must stand among its `usernames` too.",
  },
  unknown_system: {
    status: 422,
    message: "The payload names a system that this rotator does not know.",
    remedy: "Add the system under `systems`, or correct `system` in the payload.",
  },
  unknown_key: {
    status: 503,
    message: "The payload was made under a key that this rotator does not hold.",
    remedy: "Put the key with the id in `_rotation.kid` back into `keys`; it may stand last.",
  },
  strategy_unsupported: {
    status: 422,
    message: "The system cannot be rotated with the item's strategy.",
    remedy: "Choose another `strategy`, or configure what the system needs for this one.",
  },
  password_missing: {
    status: 422,
    message: "The payload carries no password, and the rotator may not set one for this item.",
    remedy:
      "Put the current password into the payload; or configure the system's `admin` and set `bootstrap: true` for the item until its first rotation is done.",
  },
  busy: {
    status: 409,
    message: "Another rotation of this credential is running.",
    remedy: "Nothing to do: the caller repeats the request.",
    retryAfter: 5,
  },
  stopping: {
    status: 503,
    message: "The rotator is stopping; nothing was changed.",
    remedy: "Nothing to do: another replica, or this one after its restart, takes the repetition.",
    retryAfter: 5,
  },
  system_unavailable: {
    status: 503,
    message: "The system did not say whether the current credential is valid; nothing was changed.",
    remedy:
      "See the step `probe` in the log: unreachable, locked account, or an unexpected answer.",
    retryAfter: 60,
  },
  out_of_sync: {
    status: 409,
    message: "No password that the rotator knows or can derive opens the account.",
    remedy:
      "Set the password by hand and store it in the item, or allow `reconcile` for the item; where the sentence speaks of the admin credential, see that it is valid and may reset passwords. If the payload is stale or the system was restored, rotate again after 15 minutes: each search tries further candidates within the limit of failed logins.",
    retryAfter: 900,
  },
  policy_rejected: {
    status: 422,
    message: "The system's policy rejected every new password; the current one is still valid.",
    remedy: "Make the password policy of the item or the system as strict as the system's own.",
  },
  change_refused: {
    status: 502,
    message: "The system refused the change; the current password is still valid.",
    remedy: "See the step `change` in the log: the account or the admin lacks the right to change.",
    retryAfter: 60,
  },
  change_unconfirmed: {
    status: 503,
    message: "The system did not confirm the change, and the new password does not log in yet.",
    remedy: "Rotate again: the next call finds out which password is valid and goes on from there.",
    retryAfter: 60,
  },
  verify_failed: {
    status: 503,
    message: "The change was confirmed, but the new password does not log in yet.",
    remedy: "Rotate again: the next call finds the new password. If it repeats, raise the limits.",
    retryAfter: 60,
  },
  out_of_time: {
    status: 503,
    message: "Too little time was left to change the password safely; nothing was changed.",
    remedy: "Look for a slow system in the log's step times, or raise the time limits.",
    retryAfter: 60,
  },
  keys_full: {
    status: 409,
    message: "The system allows no further key for this owner; nothing was changed.",
    remedy: "Delete keys that nobody uses; the strategy key-pair needs two places.",
  },
} as const satisfies Record<string, ErrorCode>;

export type RotationErrorCode = keyof typeof ROTATION_ERRORS;
