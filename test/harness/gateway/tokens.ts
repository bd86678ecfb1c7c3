import { timingSafeEqual } from "node:crypto";
import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, jwtVerify } from "jose";
import type { Clock } from "../../../common/clock.ts";
import type { ApiUser } from "./options.ts";
import type { Random } from "./random.ts";
import type { KeptToken } from "./state.ts";

/** An API token's owner and end. */
export interface Token {
  readonly user: ApiUser;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

/** API tokens (`t-…`), issued by /auth and carried in each request's body. */
export class Tokens {
  readonly #tokens = new Map<string, Token>();
  readonly #users: readonly ApiUser[];
  readonly #lifetime: number;
  readonly #clock: Clock;
  readonly #random: Random;
  #onIssue: (kept: KeptToken) => void = () => {};

  /** `lifetime` in milliseconds of `clock`. */
  constructor(users: readonly ApiUser[], lifetime: number, clock: Clock, random: Random) {
    this.#users = users;
    this.#lifetime = lifetime;
    this.#clock = clock;
    this.#random = random;
  }

  /** The user with this access id and key. */
  userByKey(accessId: string, accessKey: string): ApiUser | undefined {
    const user = this.#users.find((known) => known.accessId === accessId);
    return user && sameText(user.accessKey, accessKey) ? user : undefined;
  }

  /** The user with this token of universal identity. */
  userByUid(uidToken: string): ApiUser | undefined {
    return this.#users.find((known) => known.uidToken && sameText(known.uidToken, uidToken));
  }

  /**
   * The user with this access id whose claims a JWT carries. Its signature is checked where the user
   * names keys.
   */
  async userByJwt(accessId: string, jwt: string): Promise<ApiUser | undefined> {
    const user = this.#users.find((known) => known.accessId === accessId);
    if (!user?.jwtClaims) return undefined;
    const claims = await claimsOf(jwt, user.jwtKeys, new Date(this.#clock.now()));
    if (!claims) return undefined;
    if (typeof claims.exp !== "number" || claims.exp * 1000 <= this.#clock.now()) return undefined;
    const fits = Object.entries(user.jwtClaims).every(([name, value]) => claims[name] === value);
    return fits ? user : undefined;
  }

  /** A token for a user. */
  issue(user: ApiUser): { token: string; expires: number } {
    const token = `t-${this.#random.bytes(16).toString("hex")}`;
    const expires = this.#clock.now() + this.#lifetime;
    this.#tokens.set(token, { user, expires });
    this.#onIssue({ token, accessId: user.accessId, expires });
    return { token, expires };
  }

  /** From now on `listener` is told of each new token. */
  onIssue(listener: (kept: KeptToken) => void): void {
    this.#onIssue = listener;
  }

  /** Takes tokens of before, where their users are still there. */
  restore(kept: readonly KeptToken[]): void {
    for (const { token, accessId, expires } of kept) {
      const user = this.#users.find((known) => known.accessId === accessId);
      if (user) this.#tokens.set(token, { user, expires });
    }
  }

  /** Those that are still valid. */
  kept(): KeptToken[] {
    const now = this.#clock.now();
    return [...this.#tokens]
      .filter(([, { expires }]) => expires > now)
      .map(([token, { user, expires }]) => ({ token, accessId: user.accessId, expires }));
  }

  /** The owner of a token that is still valid. */
  find(token: string): Token | undefined {
    const found = this.#tokens.get(token);
    return found && found.expires > this.#clock.now() ? found : undefined;
  }
}

async function claimsOf(
  jwt: string,
  keys: JSONWebKeySet | undefined,
  currentDate: Date,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    if (keys === undefined) return decodeJwt(jwt);
    return (await jwtVerify(jwt, createLocalJWKSet(keys), { currentDate })).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/** Compares secrets without telling by time where they differ. */
export function sameText(expected: string, given: string): boolean {
  const one = Buffer.from(expected);
  const other = Buffer.from(given);
  return one.length === other.length && timingSafeEqual(one, other);
}
