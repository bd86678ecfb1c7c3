/** An account of a fake. */
export interface FakeAccount {
  readonly id: string;
  readonly username: string;
  password: string;
  readonly admin: boolean;
  locked: boolean;
  disabled: boolean;
  /** When the account's password ends, in seconds since 1970, where it does. */
  ends?: number;
  /** Tokens by name. */
  readonly tokens: Map<string, string>;
}

/** Who every fake knows as its administrator. */
export const FAKE_ADMIN = { username: "root-admin", password: "admin-password-1A!" };

/** A token that acts for the administrator where the product works with tokens. */
export const FAKE_ADMIN_TOKEN = "admin-token-0123456789";

/** The accounts of one fake: some noise, the administrator, and what a test adds. */
export class FakeAccounts {
  readonly #accounts = new Map<string, FakeAccount>();
  #serial = 100;
  /** Logins to a known account with a wrong password so far. */
  failedLogins = 0;

  constructor() {
    this.add("someone-else", "some-password-1A!");
    this.add(FAKE_ADMIN.username, FAKE_ADMIN.password, true);
  }

  add(username: string, password: string, admin = false): FakeAccount {
    const id = String(this.#serial++);
    const account = {
      id,
      username,
      password,
      admin,
      locked: false,
      disabled: false,
      tokens: new Map<string, string>(),
    };
    this.#accounts.set(username, account);
    return account;
  }

  get(username: string): FakeAccount | undefined {
    return this.#accounts.get(username);
  }

  byId(id: string): FakeAccount | undefined {
    return this.all().find((account) => account.id === id);
  }

  byToken(token: string | undefined): FakeAccount | undefined {
    if (token === FAKE_ADMIN_TOKEN) return this.get(FAKE_ADMIN.username);
    return this.all().find(({ tokens }) => [...tokens.values()].some((value) => value === token));
  }

  all(): FakeAccount[] {
    return [...this.#accounts.values()];
  }

  /** The account that a password opens; locked ones are found too, products differ in that. */
  login(credentials?: { username: string; password: string }): FakeAccount | undefined {
    const account = credentials && this.#accounts.get(credentials.username);
    if (account && account.password === credentials?.password) return account;
    if (account) this.failedLogins += 1;
    return undefined;
  }
}
