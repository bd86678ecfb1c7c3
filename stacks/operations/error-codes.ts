import { KitError } from "../../common/errors/kit-error.ts";
import { oneLine } from "../../common/plain-text.ts";

/** Every error code of the commands that talk to a gateway, with what to do about it. */
export const OPERATIONS_ERRORS = {
  gateway_address_missing:
    "set AKEYLESS_GATEWAY to the API address of your gateway, for example https://gateway.example.com:8081 or https://gateway.example.com:8080/v2",
  gateway_address_invalid:
    "use an http or https address without user name, query or fragment, for example https://gateway.example.com:8081",
  gateway_address_wrong:
    "use the gateway's API address: port 8081, or port 8080 with the path /v2; 8000 is the configuration manager and 18888 the console",
  gateway_required:
    "rotated secrets are managed through a gateway: set AKEYLESS_GATEWAY to its API address instead of the public API",
  gateway_unreachable:
    "check the address in AKEYLESS_GATEWAY, name resolution, and that this machine may connect to it",
  gateway_untrusted:
    "set NODE_EXTRA_CA_CERTS to a PEM file with the certificate authority of the gateway",
  gateway_timeout: "check that the gateway is well, then repeat the command",
  gateway_busy: "wait, then repeat the command",
  gateway_answer_unexpected:
    "check that AKEYLESS_GATEWAY is the API address of a gateway (port 8081, or 8080 with /v2) and that its version is current",
  gateway_error: "read the gateway's own words above and its log",
  credentials_missing:
    "set AKEYLESS_ACCESS_ID and AKEYLESS_ACCESS_KEY, or AKEYLESS_AUTH_TOKEN to a token that you hold",
  credentials_rejected:
    "check AKEYLESS_ACCESS_ID and AKEYLESS_ACCESS_KEY, or get a new AKEYLESS_AUTH_TOKEN",
  access_denied:
    "grant the access id the capability on this path (read, list, update, create or delete), and check the name: Akeyless answers the same for an item that does not exist",
  item_not_found: "check the full path of the item, with its leading slash",
  target_not_found: "check the full path of the target, with its leading slash",
  item_not_custom: "name a rotated secret whose rotator type is custom",
  item_conflict: "choose another name, or import the existing one with rotation-kit import",
  item_protected:
    "switch delete protection off in the declaration, apply that first, then delete again",
  target_in_use: "delete the secrets that use it first, or point them at another target",
  target_fixed:
    "Akeyless cannot change the target of a secret: switch delete protection off and replace the item, or restore the target",
  payload_missing: "set it in the environment in which this command, or Terraform, runs",
  settings_not_applied: "set them in the console once, or leave them out of the declaration",
  rotation_failed:
    "read the rotator's log; the item keeps the value it had, and the command may be repeated",
  nothing_to_import: "check the path, and that the access id may list items below it",
  file_exists: "name another file, or remove that one first",
  stacks_missing: "run cdktf synth first, or name the folder with --out",
  declaration_invalid: "correct the declaration named above",
} as const;

/** A code of {@link OPERATIONS_ERRORS}. */
export type OperationsErrorCode = keyof typeof OPERATIONS_ERRORS;

/** An error of the operations commands: what happened, then the remedy, in one sentence. */
export class OperationsError extends KitError {
  override readonly code: OperationsErrorCode;
  /** The sentence without its remedy. */
  readonly happened: string;

  constructor(code: OperationsErrorCode, happened: string, options?: { cause?: unknown }) {
    // Names and live values in the sentence come from other machines.
    const sentence = oneLine(happened);
    super(code, `${sentence}; ${OPERATIONS_ERRORS[code]}`, options);
    this.code = code;
    this.happened = sentence;
  }
}
