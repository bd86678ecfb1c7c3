import type { AnswerEntry, ErrorEntry } from "./error-entry.ts";

/** Why a caller was not served. */
const CALLER_ERRORS = {
  credentials_missing: {
    message: "The request has no AkeylessCreds header.",
    remedy:
      "Only an Akeyless Gateway can call the rotator: it sends the header by itself. Check that no proxy between gateway and rotator drops it.",
    kind: "definitive",
    status: 401,
  },
  credentials_malformed: {
    message: "The AkeylessCreds header cannot be used.",
    also: {
      several: "The request has several AkeylessCreds headers.",
      too_long: "The AkeylessCreds header is too long.",
      no_expiry: "The AkeylessCreds token has no expiry.",
      not_jwt: "The AkeylessCreds header does not contain a JWT.",
      unsigned: "The AkeylessCreds token is not signed by a key.",
      bad_claim: "The AkeylessCreds token has a bad {{name}}.",
    },
    remedy:
      "The header must appear once and hold one signed JWT of at most `limits.token_bytes` bytes. Check what the proxy in front of the rotator does with headers.",
    kind: "definitive",
    status: 401,
  },
  credentials_expired: {
    message: "The AkeylessCreds token has expired or is not valid yet.",
    also: {
      ended: "The AkeylessCreds token has expired.",
      early: "The AkeylessCreds token is not valid yet.",
    },
    remedy:
      "Compare the clocks of gateway and rotator (30 s apart are tolerated), then rotate again.",
    kind: "definitive",
    status: 401,
  },
  credentials_rejected: {
    message: "Akeyless did not confirm the AkeylessCreds token.",
    remedy:
      "Compare `akeyless.access_ids` with the access id the gateway itself logs in with, and `akeyless.validation_url` with the region of the account.",
    kind: "definitive",
    status: 401,
  },
  item_not_allowed: {
    message: "This rotator does not serve the item of the request.",
    remedy:
      "Add the item under `items` with the name that Akeyless shows, with its leading slash, or point its Web Target at the rotator that serves it.",
    kind: "definitive",
    status: 403,
  },
  dry_run_not_allowed: {
    message: "This rotator does not answer dry runs.",
    remedy: "Set `akeyless.allow_dry_run: true` if dry runs are wanted.",
    kind: "definitive",
    status: 403,
  },
  validator_unavailable: {
    message: "Akeyless could not be asked; nothing was changed.",
    also: {
      slow: "Akeyless answered too slowly to go on asking.",
      not_asked: "Akeyless could not be asked.",
      no_verdict: "Akeyless gave no verdict.",
      unreadable: "Akeyless gave an unreadable verdict.",
      unreached: "It could not be asked ({{why}}).",
      wrong_path: "It answers {{status}} at this path: compare akeyless.validation_url.",
    },
    remedy:
      "Nothing was changed. Check with `rotation-kit serve --check --probe` that the rotator reaches `akeyless.validation_url`. Then rotate again.",
    kind: "passing",
    status: 503,
    retryAfter: 5,
  },
} as const satisfies Record<string, AnswerEntry>;

/** What can be wrong with a request itself, or with the moment it comes at. */
const REQUEST_ERRORS = {
  host_invalid: {
    message: "The request must name exactly one Host.",
    remedy:
      "Every HTTP client sends one Host header. Check what the proxy in front of the rotator does with it.",
    kind: "definitive",
    status: 400,
  },
  not_found: {
    message: "Nothing is served at this path.",
    remedy:
      "Make the Web Target's URL end in `listen.path` (default /rotate), without a query: the gateway calls it exactly as it is stored.",
    kind: "definitive",
    status: 404,
  },
  method_not_allowed: {
    message: "Only POST is served here.",
    remedy: "The gateway sends POST. Use GET /readyz on the metrics port for health checks.",
    kind: "definitive",
    status: 405,
  },
  body_too_large: {
    message: "The request body is too large.",
    remedy: "Shorten the payload, or raise `limits.body_bytes`.",
    kind: "definitive",
    status: 413,
  },
  media_type_unsupported: {
    message: "The request body must be JSON in UTF-8.",
    also: {
      compressed: "The request body must not be compressed.",
    },
    remedy:
      "Send application/json in UTF-8 without compression; a proxy in between must not change that.",
    kind: "definitive",
    status: 415,
  },
  body_invalid: {
    message: 'The request body must be {"payload":"<string>"}.',
    also: {
      because: "The request body {{reason}}.",
    },
    remedy: 'The gateway sends {"payload":"<string>"}. Check what sits between it and the rotator.',
    kind: "definitive",
    status: 400,
  },
  rate_limited: {
    message: "Too many rotations of this item; nothing was changed.",
    remedy:
      "Look for a loop that rotates the item; a rotation interval in minutes is a common cause. `limits.rate_per_minute` sets the limit.",
    kind: "passing",
    status: 429,
    retryAfter: 60,
  },
  overloaded: {
    message: "Too many rotations run at once; nothing was changed.",
    remedy:
      "Nothing was changed. Rotate again after Retry-After; spread rotation hours, raise `limits.concurrency`, or add replicas.",
    kind: "passing",
    status: 503,
    retryAfter: 5,
  },
  internal_error: {
    message: "The rotator failed unexpectedly.",
    remedy:
      "Rotating again is safe. Look for the correlation id in the rotator's log and report the error.",
    kind: "passing",
    status: 500,
  },
} as const satisfies Record<string, AnswerEntry>;

/** What a rotation may end with when it ends without a new payload. */
export const ROTATION_ERRORS = {
  payload_invalid: {
    message: "The payload is not what this rotator expects.",
    also: {
      because: "The payload is not valid: {{reason}}.",
      copied:
        "The payload is not valid: `{{field}}` also holds the current password, and would keep it after the rotation. Name it under `fields.password` of the item or system, or remove it from the payload.",
    },
    remedy:
      "Correct the stored payload; the message names the field. If it names a key, compare that key's file on all replicas first: a different key with the same id causes the same error.",
    kind: "definitive",
    status: 400,
  },
  payload_too_large: {
    message: "The payload is larger than the rotator accepts.",
    remedy: "Remove what the rotation does not need from the payload.",
    kind: "definitive",
    status: 413,
  },
  binding_refused: {
    message: "This item may not rotate the system or user name in its payload.",
    also: {
      part: "This item may not rotate the {{part}} in its payload.",
      item: "The payload belongs to another item.",
      users: "The payload was made for other users.",
    },
    remedy:
      "Compare `system` and `username` of the payload with the item's entry under `items`. If you made a key by hand, its `key_id` must be among the `usernames` too. If the item was renamed, list its former name under `formerly`.",
    kind: "definitive",
    status: 403,
  },
  unknown_system: {
    message: "The payload names a system that this rotator does not know.",
    remedy: "Add the system under `systems`, or correct `system` in the payload.",
    kind: "definitive",
    status: 422,
  },
  unknown_key: {
    message: "The payload was made under a key that this rotator does not hold.",
    also: {
      named: "The payload was made under key {{key}}, which this rotator does not hold.",
    },
    remedy: "Put the key with the id in `_rotation.kid` back into `keys`; it may be the last one.",
    kind: "passing",
    status: 503,
  },
  strategy_unsupported: {
    message: "The system cannot be rotated with the item's strategy.",
    remedy: "Choose another `strategy`, or configure what the system needs for this one.",
    kind: "definitive",
    status: 422,
  },
  password_missing: {
    message: "The payload has no password, and the rotator may not set one for this item.",
    remedy:
      "Put the current password into the payload; or configure the system's `admin` and set `bootstrap: true` for the item until its first rotation is done.",
    kind: "definitive",
    status: 422,
  },
  busy: {
    message: "Another rotation of this credential is running.",
    also: {
      elsewhere:
        "Another replica rotates this credential, or waits until the system has forgotten its failed logins; nothing was changed.",
    },
    remedy:
      "Rotate again a little later. With `shared_lock`, another replica may keep the credential for `failed_login_window_ms` (15 minutes).",
    kind: "passing",
    status: 409,
    retryAfter: 5,
  },
  system_busy: {
    message:
      "Too many rotations of this system are running to finish one more in time; nothing was sent to it and nothing was changed.",
    remedy:
      "Rotate again later. Spread the rotation hours of the system's items; raise `max_concurrent` of the system if the product can handle more at once.",
    kind: "passing",
    status: 503,
    retryAfter: 30,
  },
  stopping: {
    message: "The rotator is stopping; nothing was changed.",
    remedy: "Rotate again: another replica serves the request, or this one after its restart.",
    kind: "passing",
    status: 503,
    retryAfter: 5,
  },
  system_unavailable: {
    message: "The system did not say whether the current credential is valid; nothing was changed.",
    also: {
      because:
        "The system did not say whether the current credential is valid ({{reason}}); nothing was changed.",
      resting:
        "The last logins got no answer from the system, which may have counted them as failed. The rotator waits another {{seconds}} seconds before the next login; nothing was changed.",
    },
    remedy:
      "See the step `probe` in the log: the system cannot be reached, or gave an answer that its configuration does not describe.",
    kind: "passing",
    status: 503,
    retryAfter: 60,
  },
  account_blocked: {
    message: "The account is blocked; nothing was changed.",
    also: {
      reset: "The account is blocked: an admin's reset would hide the password that may be valid.",
    },
    remedy:
      "Stop every client that still uses an old password. Then wait until the block ends, or end it in the system. The rotator does not search meanwhile, because each failed login would prolong the block.",
    kind: "passing",
    status: 503,
    retryAfter: 900,
  },
  account_unusable: {
    message: "The account cannot be used; nothing was changed.",
    also: {
      state:
        "The account is {{state}}, so the system accepts no password for it; nothing was changed.",
    },
    remedy:
      "Enable the account, or do in the system what it demands at the next login; then rotate again.",
    kind: "definitive",
    status: 409,
  },
  out_of_sync: {
    message: "No password that the rotator knows or can derive opens the account.",
    also: {
      searched:
        "No password that the rotator knows or can derive opens the account: {{tried}} of {{places}} were tried. The next search comes in {{minutes}} minutes at the earliest.",
      incomplete:
        "No password tried so far opens the account: {{tried}} of {{places}} were tried, and the admin credential sets one only after a complete search. The search continues in {{minutes}} minutes at the earliest.",
      stale:
        "No password that the rotator knows or can derive opens the account, and the payload may be too old: the admin credential does not reset an account that may have moved on. {{tried}} of {{places}} passwords were tried; the next search comes in {{minutes}} minutes at the earliest.",
      by_hand:
        "The first password does not open the account: the admin credential repairs only what a rotator has set. {{tried}} of {{places}} passwords were tried; the next search comes in {{minutes}} minutes at the earliest.",
      not_reset:
        "No password that the rotator knows or can derive opens the account, and the system refused to reset it with the admin credential ({{why}}). {{tried}} of {{places}} passwords were tried; the next search comes in {{minutes}} minutes at the earliest.",
      resting:
        "The stored password does not open the account, and a recent search found nothing. The rotator waits another {{seconds}} seconds before it searches again.",
    },
    remedy:
      "Set the password by hand and store it in the item, or allow `reconcile` for the item. If the message mentions the admin credential, check that it is valid and may reset passwords. If the payload is stale or the system was restored, rotate again when the message says so: each search tries more candidates within the limit of failed logins.",
    kind: "passing",
    status: 409,
    retryAfter: 900,
  },
  policy_rejected: {
    message: "The system's policy rejected every new password; the current one is still valid.",
    also: {
      reset: "The system's policy rejected every new password ({{reason}}).",
    },
    remedy: "Make the password policy of the item or the system as strict as the system's own.",
    kind: "definitive",
    status: 422,
  },
  change_refused: {
    message: "The system refused the change; the current password is still valid.",
    also: {
      authority:
        "The system refused the {{whose}} credential ({{why}}); the current password is still valid.",
      because: "The system refused the change ({{why}}); the current password is still valid.",
      unfit_key:
        "The system created a key that is too long for a payload (a secret of more than 4,096 characters, or an id of more than 256). The rotator gave it up, and the current one is still valid.",
    },
    remedy:
      "Give the account or the admin that the message names the right to change passwords. If it names none, see the step `change` in the log.",
    kind: "passing",
    status: 502,
    retryAfter: 60,
  },
  change_not_sent: {
    message: "The change could not be sent; nothing was changed.",
    also: {
      because: "The change could not be sent ({{reason}}); nothing was changed.",
    },
    remedy:
      "See the step `change` in the log: the system cannot be reached, or its configuration does not make a valid request.",
    kind: "passing",
    status: 503,
    retryAfter: 60,
  },
  change_unconfirmed: {
    message: "The system did not confirm the change, and the new password does not log in yet.",
    also: {
      still:
        "The system did not confirm the change; the current password still opens the account, and the new one does not yet.",
    },
    remedy: "Rotate again: the next call finds out which password is valid and goes on from there.",
    kind: "passing",
    status: 503,
    retryAfter: 60,
  },
  verify_failed: {
    message: "The change was confirmed, but the new password does not log in yet.",
    remedy: "Rotate again: the next call finds the new password. If it repeats, raise the limits.",
    kind: "passing",
    status: 503,
    retryAfter: 60,
  },
  out_of_time: {
    message: "Too little time was left to change the password safely; nothing was changed.",
    remedy: "Look for a slow system in the log's step times, or raise the time limits.",
    kind: "passing",
    status: 503,
    retryAfter: 60,
  },
  keys_full: {
    message: "The system allows no more keys for this owner; nothing was changed.",
    also: {
      unanswered:
        "The system allows no more keys for this owner. Keys that earlier answers may have contained are kept for another {{minutes}} minutes; nothing was changed.",
    },
    remedy:
      "Delete keys that nobody uses, or rotate again when the message says so. The strategy key-pair needs room for two keys, and for a third one if an answer is lost.",
    kind: "definitive",
    status: 409,
  },
} as const satisfies Record<string, AnswerEntry>;

/**
 * Every code that an answer of the rotator can carry. The gateway shows an answer to people as it is.
 * After any of these the stored payload is unchanged.
 */
export const ANSWER_ERRORS = { ...CALLER_ERRORS, ...REQUEST_ERRORS, ...ROTATION_ERRORS };

/** The entry of a code that an answer can carry; undefined for every other text. */
export const answerEntry = (code: string): AnswerEntry | undefined =>
  Object.hasOwn(ANSWER_ERRORS, code)
    ? ANSWER_ERRORS[code as keyof typeof ANSWER_ERRORS]
    : undefined;

/** Configuration, keys and network. */
const PROCESS_ERRORS = {
  config_invalid: {
    message: "{{problem}}",
    remedy:
      "Correct every line of the list; docs/reference/rotator-configuration.md describes each setting.",
    kind: "definitive",
  },
  key_unreadable: {
    message: "{{problem}}",
    remedy: "Mount the key file, readable for the rotator's user.",
    kind: "definitive",
  },
  key_invalid: {
    message: "{{problem}}",
    remedy: "Make a key with `openssl rand -base64 32`, and give it to every replica.",
    kind: "definitive",
  },
  keyring_invalid: {
    message: "{{problem}}",
    remedy: "Give each key a different id and at least 32 random bytes.",
    kind: "definitive",
  },
  port_taken: {
    message: "Port {{port}} of {{host}} is taken ({{setting}}).",
    remedy: "Stop what listens there, or change that setting.",
    kind: "passing",
  },
  listen_failed: {
    message: "Cannot listen on {{host}} port {{port}}: {{why}} ({{setting}}).",
    remedy: "Set an address of this machine, and a port that the rotator's user may open.",
    kind: "definitive",
  },
  system_unreachable: {
    message: "{{problem}}",
    remedy:
      "Check the system's address, name resolution and firewall; if the reason mentions certificates, also its `ca_file`.",
    kind: "passing",
  },
} as const satisfies Record<string, ErrorEntry>;

/** Codes that a system's configuration can raise at start. */
export const SYSTEM_ERRORS = {
  system_config_invalid: {
    message: "{{problem}}",
    remedy:
      "Correct the named setting under systems in rotator.yaml; docs/reference/rotator-configuration.md lists them all.",
    kind: "definitive",
  },
  recipe_not_found: {
    message: "{{problem}}",
    remedy:
      "Name a recipe that is shipped (docs/reference/recipes.md) or give the path of a .yaml, .yml or .json file.",
    kind: "definitive",
  },
  recipe_invalid: {
    message: "{{problem}}",
    remedy:
      "Correct the recipe where the message says; docs/guides/write-a-recipe.md explains the format.",
    kind: "definitive",
  },
  secret_unreadable: {
    message: "{{problem}}",
    remedy:
      "Mount the file or set the environment variable that the setting names, readable for the rotator's user.",
    kind: "definitive",
  },
  certificates_invalid: {
    message: "{{problem}}",
    remedy:
      "Give PEM files that the rotator's user may read: complete certificates that have not expired, and their key.",
    kind: "definitive",
  },
  module_invalid: {
    message: "{{problem}}",
    remedy:
      "Export a function createSystem from the module, as docs/guides/write-a-system.md shows.",
    kind: "definitive",
  },
} as const satisfies Record<string, ErrorEntry>;

/** Codes of a rotator that does not start, or of `serve --check`. */
export const START_ERRORS = { ...PROCESS_ERRORS, ...SYSTEM_ERRORS };

/** Every error code of the rotator's half. */
export const ROTATOR_ERRORS = { ...ANSWER_ERRORS, ...START_ERRORS };
