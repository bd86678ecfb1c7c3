import type { Change, Probe } from "../system.ts";

/** PostgreSQL error codes (Appendix A of its documentation) that say something definite. */
const REASONS: Readonly<Record<string, string>> = {
  "28P01": "login_refused",
  "28000": "login_not_allowed", // pg_hba.conf has no entry, or the role may not log in
  "3D000": "database_not_found",
  "42501": "not_permitted",
  "42704": "account_not_found",
  "22023": "password_policy", // the code of the passwordcheck module
  "25006": "read_only",
  "0A000": "read_only", // a standby, which cannot be written to
  "53300": "too_many_connections",
  "57P01": "shutting_down",
  "57P02": "shutting_down",
  "57P03": "starting_up",
};

/** What a code must look like; anything else is a text that the server chose. */
const SQLSTATE = /^[0-9A-Z]{5}$/;

/** The SQLSTATE of an error that the server itself reported; `undefined` for everything else. */
function sqlState(error: unknown): string | undefined {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  // Node's own errors have codes too, but only a server's report has a severity.
  if (typeof code !== "string" || typeof severity !== "string") return undefined;
  return SQLSTATE.test(code) ? code : undefined;
}

/** A short public code for an error of a connection or statement; no text of the server's. */
export function sqlReason(error: unknown): string {
  const state = sqlState(error);
  if (state !== undefined) return REASONS[state] ?? `sqlstate_${state.toLowerCase()}`;
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  if (severity !== undefined || code === "UNEXPECTED_ANSWER") return "unexpected_answer";
  if (code === "AUTHENTICATION_UNSUPPORTED") return "authentication_unsupported";
  if (code === "CERT_HAS_EXPIRED") return "certificate_expired";
  if (code === "ECONNREFUSED") return "connection_refused";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "name_not_found";
  if (code === "ADDRESS_DENIED") return "address_denied";
  if (typeof code === "string" && /CERT|SELF_SIGNED|UNABLE_TO|TLS|SSL/.test(code))
    return "tls_failed";
  return "connection_lost";
}

/**
 * Reads a failed login. Only 28P01 says that the password is wrong: it also covers roles that do
 * not exist and passwords past VALID UNTIL, which the server does not tell apart.
 */
export function probeFailure(error: unknown): Probe {
  return sqlState(error) === "28P01"
    ? { result: "invalid" }
    : { result: "unknown", reason: sqlReason(error) };
}

/** Reads a login that failed before a change: the statement was not sent, so nothing has changed. */
export function loginFailure(error: unknown, authority: "account" | "admin"): Change {
  const state = sqlState(error);
  const reason = sqlReason(error);
  if (state === "28P01" || state === "28000") return { result: "refused", reason, authority };
  return { result: "refused", reason, sent: false };
}

/** The server's reports after which the statement has certainly had no effect. */
const NOTHING_DONE: ReadonlySet<string> = new Set(["42501", "42704", "25006", "0A000"]);

/** Reads a failed ALTER ROLE: a code of the server's that rules a change out, or nobody knows. */
export function changeFailure(error: unknown): Change {
  const state = sqlState(error);
  const reason = sqlReason(error);
  if (state === "22023") return { result: "rejected", reason };
  if (state !== undefined && NOTHING_DONE.has(state)) return { result: "refused", reason };
  return { result: "ambiguous", reason };
}
