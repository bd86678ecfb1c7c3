import { timingSafeEqual } from "node:crypto";
import type { Clock } from "../../../common/clock.ts";
import type { ApiUser } from "./options.ts";
import type { Random } from "./random.ts";

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

  /** `lifetime` in milliseconds of `clock`. */
  constructor(users: readonly ApiUser[], lifetime: number, clock: Clock, random: Random) {
    this.#users = users;
    this.#lifetime = lifetime;
    this.#clock = clock;
    this.#random = random;
  }

  /** A token for an access id with its key; undefined where they do not fit. */
  issue(accessId: string, accessKey: string): { token: string; expires: number } | undefined {
    const user = this.#users.find((known) => known.accessId === accessId);
    if (!user || !sameText(user.accessKey, accessKey)) return undefined;
    const token = `t-${this.#random.bytes(16).toString("hex")}`;
    const expires = this.#clock.now() + this.#lifetime;
    this.#tokens.set(token, { user, expires });
    return { token, expires };
  }

  /** The owner of a token that is still valid. */
  find(token: string): Token | undefined {
    const found = this.#tokens.get(token);
    return found && found.expires > this.#clock.now() ? found : undefined;
  }
}

/** Compares secrets without telling by time where they differ. */
export function sameText(expected: string, given: string): boolean {
  const one = Buffer.from(expected);
  const other = Buffer.from(given);
  return one.length === other.length && timingSafeEqual(one, other);
}
