import type { ANSWER_ERRORS, START_ERRORS } from "../../common/errors/rotator-errors.ts";

const CHECK = "rotation-kit serve --config rotator.yaml --check --probe";
const RELOAD = "kill -HUP <process id of the rotator>";
const ROTATE = "rotation-kit rotate /prod/app";
const REPAIR = "rotation-kit item repair /prod/app --config rotator.yaml";
const LOG = "grep <correlation> rotator.log";

/** The command that repairs, or shows where to repair, for each code of the rotator. */
export const REPAIRS: Readonly<
  Record<keyof typeof ANSWER_ERRORS | keyof typeof START_ERRORS, string>
> = {
  credentials_missing: "curl --include --request POST https://rotator.example:8443/rotate",
  credentials_malformed: LOG,
  credentials_expired: "date --utc",
  credentials_rejected: CHECK,
  item_not_allowed: RELOAD,
  dry_run_not_allowed: RELOAD,
  validator_unavailable: CHECK,
  host_invalid: "curl --include --request POST https://rotator.example:8443/rotate",
  not_found: "rotation-kit drift",
  method_not_allowed: "curl http://127.0.0.1:9464/readyz",
  body_too_large: RELOAD,
  media_type_unsupported: LOG,
  body_invalid: LOG,
  rate_limited: "rotation-kit status",
  overloaded: "curl http://127.0.0.1:9464/metrics",
  internal_error: LOG,
  payload_invalid: REPAIR,
  payload_too_large: REPAIR,
  binding_refused: RELOAD,
  unknown_system: RELOAD,
  unknown_key: RELOAD,
  strategy_unsupported: CHECK,
  password_missing: REPAIR,
  busy: ROTATE,
  system_busy: ROTATE,
  stopping: ROTATE,
  system_unavailable: CHECK,
  account_blocked: ROTATE,
  account_unusable: ROTATE,
  change_not_sent: CHECK,
  out_of_sync: REPAIR,
  policy_rejected: "rotation-kit drift",
  change_refused: LOG,
  change_unconfirmed: ROTATE,
  verify_failed: ROTATE,
  out_of_time: "curl http://127.0.0.1:9464/metrics",
  keys_full: ROTATE,
  config_invalid: CHECK,
  key_unreadable: "ls -l rotator.key",
  key_invalid: "openssl rand -base64 32 > rotator.key",
  keyring_invalid: "openssl rand -base64 32 > rotator.key",
  port_taken: "ss --listening --tcp --processes",
  listen_failed: "ip address",
  system_unreachable: CHECK,
  system_config_invalid: CHECK,
  recipe_not_found: CHECK,
  recipe_invalid: CHECK,
  secret_unreadable: CHECK,
  certificates_invalid: "openssl x509 -noout -subject -enddate -in cert.pem",
  module_invalid: CHECK,
};
