import { createHash } from "node:crypto";
import type { Clock } from "../../common/clock.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import { ExpiringCache } from "../../common/expiring-cache.ts";
import type { Gate } from "../traffic/gate.ts";
import { readToken, type TokenClaims } from "./token.ts";
import type { Validate } from "./validator.ts";

/** The pseudo access id of Akeyless's dry runs (documented for custom dynamic secrets). */
export const DRY_RUN_ACCESS_ID = "p-custom";
/** How long a verdict is believed at most, in milliseconds: also the delay of a revocation. */
export const POSITIVE_CACHE_MS = 30_000;
/** How long a refusal is remembered, in milliseconds. */
export const NEGATIVE_CACHE_MS = 3_000;
/**
 * Time after which no further access id is asked for, in milliseconds: what a token that names none
 * of ours may cost.
 */
const ASKING_MS = 3_000;
/** Verdicts that are remembered at once, per kind. */
const CACHE_CAPACITY = 1_024;

/** Who calls, proved by Akeyless. */
export interface Identity {
  readonly accessId: string;
  /** Full name of the item that the request is about. */
  readonly item: string;
  /** Whether the request only asks if the rotator answers; it must change nothing. */
  readonly dryRun: boolean;
}

/** What authentication needs. */
export interface AuthenticationOptions {
  readonly accessIds: readonly string[];
  readonly items: ReadonlySet<string>;
  readonly allowDryRun: boolean;
  /** Longest token that is looked at, in bytes. */
  readonly tokenBytes: number;
  /** Bounds how many validations run and wait at once. */
  readonly gate: Pick<Gate, "run">;
  readonly validate: Validate;
  readonly clock: Clock;
}

/** Turns the AkeylessCreds values of a request into an identity, or throws a KitError. */
export type Authenticate = (headers: readonly string[]) => Promise<Identity>;

/**
 * Authentication of the gateway. The order matters: what is cheap and local comes first and can
 * only refuse; only Akeyless's own verdict lets a request in; no verdict is never a yes.
 */
export function createAuthenticate(options: AuthenticationOptions): Authenticate {
  const { clock } = options;
  const proved = new ExpiringCache<Identity>(clock, CACHE_CAPACITY);
  const refused = new ExpiringCache<KitError>(clock, CACHE_CAPACITY);
  const running = new Map<string, Promise<Identity>>();

  const prove = async (token: string, claims: TokenClaims, hash: string): Promise<Identity> => {
    try {
      const identity = await options.gate.run(() => askAkeyless(options, token, claims));
      proved.set(hash, identity, POSITIVE_CACHE_MS, claims.expiresAt);
      return identity;
    } catch (error) {
      if (error instanceof KitError && error.code === "credentials_rejected") {
        refused.set(hash, error, NEGATIVE_CACHE_MS);
      }
      throw error;
    }
  };

  return async (headers) => {
    const token = singleToken(headers, options.tokenBytes);
    // Only the hash is kept: a dump of the cache opens nothing.
    const hash = createHash("sha256").update(token).digest("base64");
    const known = proved.get(hash);
    if (known !== undefined) return known;
    const claims = readToken(token, clock.now());
    const refusal = refused.get(hash);
    if (refusal !== undefined) throw refusal;
    const joined = running.get(hash);
    if (joined !== undefined) return joined;
    const flight = prove(token, claims, hash).finally(() => running.delete(hash));
    running.set(hash, flight);
    return flight;
  };
}

function singleToken(headers: readonly string[], maxBytes: number): string {
  const [token, ...others] = headers;
  if (token === undefined || token === "") {
    throw new KitError("credentials_missing");
  }
  if (others.length > 0) {
    throw new KitError("credentials_malformed.several");
  }
  if (token.length > maxBytes) {
    throw new KitError("credentials_malformed.too_long");
  }
  return token;
}

async function askAkeyless(
  { accessIds, items, allowDryRun, validate, clock }: AuthenticationOptions,
  token: string,
  claims: TokenClaims,
): Promise<Identity> {
  const dryRun = claims.accessId === DRY_RUN_ACCESS_ID;
  if (dryRun && !allowDryRun) {
    throw new KitError("dry_run_not_allowed");
  }
  const item = expectedItem(claims.item, items);
  const end = clock.monotonic() + ASKING_MS;
  const refusals: string[] = [];
  for (const accessId of dryRun ? [DRY_RUN_ACCESS_ID] : candidates(claims.accessId, accessIds)) {
    const verdict = await validate({ token, accessId, item });
    if (verdict.genuine && verdict.accessId === accessId) return { accessId, item, dryRun };
    const why = verdict.genuine ? `the token is of ${verdict.accessId}` : "refused";
    refusals.push(`asked for ${accessId}: ${why}`);
    if (clock.monotonic() >= end) {
      throw new KitError("validator_unavailable.slow");
    }
  }
  // For the log alone: whom a token belongs to is no business of the caller.
  const cause = new Error(refusals.join(", "));
  throw new KitError("credentials_rejected", {}, { cause });
}

/**
 * The item to ask about: what the token says, if it is allowed; where the token says nothing, the
 * only item there is. Akeyless compares it with the token.
 */
function expectedItem(claimed: string | undefined, items: ReadonlySet<string>): string {
  if (claimed !== undefined && items.has(claimed)) return claimed;
  const [only] = items;
  if (claimed === undefined && only !== undefined && items.size === 1) return only;
  throw new KitError("item_not_allowed");
}

/** Which of the configured ids to ask for: the one the token names, else each. */
function candidates(claimed: string | undefined, accessIds: readonly string[]): readonly string[] {
  return claimed !== undefined && accessIds.includes(claimed) ? [claimed] : accessIds;
}
