import type { PayloadAge } from "./request-memory.ts";
import type { Session } from "./session.ts";

/** What is known about a request before its search. */
interface Asked {
  readonly username: string;
  /** The password in the payload; undefined where there is none. */
  readonly stored: string | undefined;
  readonly standing: PayloadAge;
  /** Calls before with the same payload that found nothing. */
  readonly calls: number;
  /** Failed logins that are kept for what comes after the search. */
  readonly reserve: number;
}

/** Which logins of a search may fail. */
export interface Allowance {
  /** Failed logins that the search as a whole leaves. */
  readonly kept: number;
  /** Whether a login with this password may be made now. */
  allows(password: string): boolean;
}

/**
 * Keeps the last failed login that an account may have back from searches: a stale or forged payload,
 * of which no password works, would otherwise have the right one refused until the system has
 * forgotten the failures. That login is for
 *
 * - a password of which this process knows that it opens the account, or
 * - the stored password of a payload that comes for the first time and is newer than all that this
 *   process has seen, or of the same generation where nothing is known of the account. When such a
 *   payload comes again after the rest, its search has all logins.
 */
export function allowanceFor(asked: Asked, session: Session): Allowance {
  const { username, stored, standing, calls, reserve } = asked;
  const { maxFailedLogins } = session.limits;
  const trusted = standing === "new" || (standing === "answered" && !session.knowsAny(username));
  const rested = session.loginsLeft(username) === maxFailedLogins;
  // With two logins a lost answer is found at once, or one is kept: not both.
  const all = maxFailedLogins <= 2 || (trusted && calls > 0 && rested);
  const kept = Math.max(reserve, all ? 0 : 1);
  return {
    kept,
    allows(password) {
      const left = session.loginsLeft(username);
      // One login is always allowed where none has failed, however small the limit is.
      if (left > kept || left === maxFailedLogins) return true;
      if (left <= 0) return false;
      const first = trusted && calls === 0 && password === stored;
      return first || session.knows({ username, password });
    },
  };
}
