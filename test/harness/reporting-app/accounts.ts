import type { EventLog } from "./event-log.ts";
import { hashPassword, matchesHash, type PasswordHash } from "./password-hash.ts";
import { type ApplicationPolicy, policyViolation } from "./policy.ts";

/** An account to create. */
export interface NewAccount {
  readonly username: string;
  readonly password: string;
  /** May set other people's passwords. Default false. */
  readonly admin?: boolean;
}

/** How the application guards its accounts. Times in milliseconds. */
export interface AccountRules {
  readonly policy: ApplicationPolicy;
  /** How many of the last passwords (the current one included) are refused as a new one. */
  readonly history: number;
  /** Bad logins in a row that lock an account. */
  readonly lockAfter: number;
  readonly lockFor: number;
  /** How long after the last bad login they are counted anew. */
  readonly forgetAfter: number;
  /** scrypt's N. */
  readonly hashCost: number;
}

/** The outcome of a login. */
type Login = "accepted" | "refused" | "locked";

/** A new password that was refused, or the step that makes it count. */
export type PreparedChange =
  | { readonly refusal: string }
  | { readonly commit: (overlap?: number) => void };

interface Account {
  readonly username: string;
  readonly admin: boolean;
  /** Newest first; the first one is the current password. */
  hashes: PasswordHash[];
  /** A previous password that still works until a moment. */
  overlap?: { readonly hash: PasswordHash; readonly until: number };
  badLogins: number;
  lastBadLogin: number;
  lockedUntil: number;
}

/** The application's users. */
export class Accounts {
  readonly #accounts = new Map<string, Account>();
  readonly #rules: AccountRules;
  readonly #now: () => number;
  readonly #events: EventLog;

  constructor(rules: AccountRules, now: () => number, events: EventLog) {
    this.#rules = rules;
    this.#now = now;
    this.#events = events;
  }

  /** Creates an account. Its first password is not held to the policy: somebody set it by hand. */
  async create({ username, password, admin = false }: NewAccount): Promise<void> {
    const hashes = [await hashPassword(password, this.#rules.hashCost)];
    this.#accounts.set(username, {
      username,
      admin,
      hashes,
      badLogins: 0,
      lastBadLogin: 0,
      lockedUntil: 0,
    });
  }

  has(username: string): boolean {
    return this.#accounts.has(username);
  }

  isAdmin(username: string): boolean {
    return this.#accounts.get(username)?.admin ?? false;
  }

  /** A login as a user makes it: it is logged, and it counts towards the lock-out. */
  async login(username: string, password: string): Promise<Login> {
    const account = this.#accounts.get(username);
    if (!account) {
      // As slow as for an account that exists, so that time does not tell user names apart.
      await hashPassword(password, this.#rules.hashCost);
      this.#events.add("login-failed", username);
      return "refused";
    }
    if (account.lockedUntil > this.#now()) {
      this.#events.add("login-refused-while-locked", username);
      return "locked";
    }
    if (await this.#matches(account, password)) {
      account.badLogins = 0;
      this.#events.add("login-succeeded", username);
      return "accepted";
    }
    this.#countBadLogin(account);
    return "refused";
  }

  /** Whether the password opens the account: an oracle for tests, without log or lock-out. */
  async accepts(username: string, password: string): Promise<boolean> {
    const account = this.#accounts.get(username);
    return account !== undefined && this.#matches(account, password);
  }

  /** Whether the account is locked at this moment. */
  isLocked(username: string): boolean {
    return (this.#accounts.get(username)?.lockedUntil ?? 0) > this.#now();
  }

  /** Holds a new password to policy and history; nothing changes before `commit`. */
  async prepare(username: string, password: string): Promise<PreparedChange> {
    const account = this.#accounts.get(username);
    if (!account) return { refusal: "there is no such user" };
    const refusal =
      policyViolation(password, this.#rules.policy) ?? (await this.#reuse(account, password));
    if (refusal !== undefined) {
      this.#events.add("password-rejected", username);
      return { refusal };
    }
    const hash = await hashPassword(password, this.#rules.hashCost);
    return { commit: (overlap = 0) => this.#commit(account, hash, overlap) };
  }

  #commit(account: Account, hash: PasswordHash, overlap: number): void {
    const [previous] = account.hashes;
    if (previous && overlap > 0) account.overlap = { hash: previous, until: this.#now() + overlap };
    else delete account.overlap;
    account.hashes = [hash, ...account.hashes].slice(0, Math.max(1, this.#rules.history));
    account.badLogins = 0;
    account.lockedUntil = 0;
    this.#events.add("password-changed", account.username);
  }

  async #reuse(account: Account, password: string): Promise<string | undefined> {
    const remembered = account.hashes.slice(0, this.#rules.history);
    const matches = await Promise.all(remembered.map((hash) => matchesHash(password, hash)));
    return matches.includes(true)
      ? `the password is one of the last ${this.#rules.history}`
      : undefined;
  }

  async #matches(account: Account, password: string): Promise<boolean> {
    const [current] = account.hashes;
    if (current && (await matchesHash(password, current))) return true;
    const { overlap } = account;
    return (
      overlap !== undefined &&
      overlap.until > this.#now() &&
      (await matchesHash(password, overlap.hash))
    );
  }

  #countBadLogin(account: Account): void {
    const now = this.#now();
    if (now - account.lastBadLogin >= this.#rules.forgetAfter) account.badLogins = 0;
    account.badLogins += 1;
    account.lastBadLogin = now;
    this.#events.add("login-failed", account.username);
    if (account.badLogins < this.#rules.lockAfter) return;
    account.badLogins = 0;
    account.lockedUntil = this.#now() + this.#rules.lockFor;
    this.#events.add("account-locked", account.username);
  }
}
