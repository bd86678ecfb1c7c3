import { randomBytes } from "node:crypto";

interface Session {
  readonly username: string;
  readonly expires: number;
}

/** The application's login sessions: random bearer tokens, kept in memory. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #now: () => number;
  readonly #lifetime: number;

  /** `lifetime` in milliseconds. */
  constructor(lifetime: number, now: () => number) {
    this.#lifetime = lifetime;
    this.#now = now;
  }

  open(username: string): string {
    const token = randomBytes(32).toString("base64url");
    this.#sessions.set(token, { username, expires: this.#now() + this.#lifetime });
    return token;
  }

  /** The user behind an `Authorization: Bearer …` header, while the session lives. */
  user(authorization: string | undefined): string | undefined {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
    const session = token === undefined ? undefined : this.#sessions.get(token);
    return session && session.expires > this.#now() ? session.username : undefined;
  }

  /** Ends every session of a user: a changed password logs out anyone who knew the old one. */
  end(username: string): void {
    for (const [token, session] of this.#sessions)
      if (session.username === username) this.#sessions.delete(token);
  }
}
