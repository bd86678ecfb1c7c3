/**
 * Short reasons of systems that an answer may carry. A list, because a reason may come from somebody's
 * recipe, command or module, and the answer is shown to people; docs/reference/errors.md says what
 * each means.
 */
export const PUBLIC_REASONS = {
  account_disabled: "The account is disabled in the system.",
  account_expired: "The account has expired in the system.",
  account_locked: "The system blocks the account for now; more logins prolong that.",
  account_not_found: "The system has no such account.",
  address_denied: "The address is not one that the system may have (`allowed_networks`).",
  certificate_expired: "The system's certificate has expired.",
  connect_timeout: "No connection within the time limit.",
  connection_lost: "The connection ended before the answer was complete.",
  connection_refused: "Nothing listens at the system's address and port.",
  login_limit: "No failed login was left that this rotation may cause (`max_failed_logins`).",
  login_not_allowed: "The system does not let this account log in from the rotator.",
  login_refused: "The system refused the login.",
  must_change_password: "The system demands a new password at the next login.",
  name_not_found: "The system's host name cannot be resolved.",
  no_admin: "This needs an admin credential, and none is configured.",
  not_permitted: "The system does not let this credential change the password.",
  password_history: "The system has seen the new password before.",
  password_policy: "The system's own policy rejects the new password.",
  rate_limited: "The system asks for fewer requests.",
  read_only: "The system takes no changes now.",
  response_too_large: "The system's answer is larger than `max_response_bytes`.",
  timeout: "The system did not answer within the time limit.",
  tls_failed: "TLS with the system failed: its certificate, its name, or its versions.",
  unexpected_answer: "The system's answer is none that the recipe knows.",
  unexpected_body: "The system's answer has another body than the recipe expects.",
  unexpected_status: "The system's answer has another status than the recipe expects.",
  unreachable: "No route leads to the system's address.",
  wrong_current_password: "The system does not accept the current password.",
} as const;

/** A reason that an answer may carry. */
export type PublicReason = keyof typeof PUBLIC_REASONS;

/** Outcomes of steps that went well: they give no reason for a failure. */
const WELL: ReadonlySet<string> = new Set([
  "valid",
  "changed",
  "ok",
  "joined",
  "released",
  "revoked",
]);

/**
 * Why a step did not go well, if it may be told; undefined for a step that says nothing about it.
 *
 * @param detail what the step was about and, after a colon, the system's reason
 */
export function publicReasonOf(
  outcome: string,
  detail: string | undefined,
): PublicReason | undefined {
  if (WELL.has(outcome)) return undefined;
  const reason = detail?.split(": ").at(-1) ?? "";
  if (Object.hasOwn(PUBLIC_REASONS, reason)) return reason as PublicReason;
  return outcome === "invalid" ? "login_refused" : undefined;
}
