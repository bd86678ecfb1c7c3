import type { Clock } from "../../common/clock.ts";
import { defined } from "../../common/defined.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import type { BoundItems } from "./bound-items.ts";
import { readToken, type TokenClaims } from "./token.ts";
import type { Validate } from "./validator.ts";

/**
 * The access id of a user that Akeyless's documentation of custom dynamic secrets names for dry runs.
 * It is in `client_info`, which a rotation request does not have; gateways that put it into the
 * token are only known from other people's code.
 */
export const DRY_RUN_ACCESS_ID = "p-custom";
/**
 * Time after which no further access id or item is asked for, in milliseconds: what a token that
 * names none of ours may cost.
 */
const ASKING_MS = 3_000;
/** Most items that one payload may fit where the token names none. */
const MAX_FITTING = 8;

/** Who calls, proved by Akeyless. */
export interface Caller {
  readonly accessId: string;
  /** Full name of the item that Akeyless confirmed; absent where the token names none of several. */
  readonly item?: string;
  /** Whether the token is that of a dry run: it must change nothing. */
  readonly dryRun: boolean;
  /**
   * Asks Akeyless which of these items the token is about.
   *
   * @throws KitError `item_not_allowed` unless exactly one is confirmed, `validator_unavailable`
   */
  confirm(items: readonly string[]): Promise<string>;
}

/** What authentication needs. */
export interface AuthenticationOptions {
  readonly accessIds: readonly string[];
  readonly items: BoundItems;
  readonly allowDryRun: boolean;
  /** Longest token that is looked at, in bytes. */
  readonly tokenBytes: number;
  /** Bounds how many validations run and wait at once. */
  readonly gate: { run<T>(task: () => Promise<T>): Promise<T> };
  readonly validate: Validate;
  readonly clock: Clock;
}

/** Turns the AkeylessCreds values of a request into a caller, or throws a KitError. */
export type Authenticate = (headers: readonly string[]) => Promise<Caller>;

/**
 * Authentication of the gateway. The order matters: what is cheap and local comes first and can
 * only refuse; only Akeyless's own verdict lets a request in; no verdict is never a yes. Nothing is
 * kept of a request here.
 */
export function createAuthenticate(options: AuthenticationOptions): Authenticate {
  const { items, allowDryRun, gate, clock } = options;
  return async (headers) => {
    const token = singleToken(headers, options.tokenBytes);
    const claims = readToken(token, clock.now());
    const dryRun = claims.accessId === DRY_RUN_ACCESS_ID;
    if (dryRun && !allowDryRun) {
      throw new KitError("dry_run_not_allowed");
    }
    const item = claims.item ?? items.only;
    if (item !== undefined && items.bindingOf(item) === undefined)
      throw new KitError("item_not_allowed");
    const accessId = await gate.run(() => findAccessId(options, token, claims, item));
    return {
      accessId,
      ...defined({ item }),
      dryRun,
      confirm: (names) =>
        gate.run(() => findItem(options, { token, accessId, until: claims.expiresAt }, names)),
    };
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

/** The configured access id that Akeyless confirms for the token, and for the item where one is known. */
async function findAccessId(
  { accessIds, validate, clock }: AuthenticationOptions,
  token: string,
  { accessId: claimed, expiresAt: until }: TokenClaims,
  item: string | undefined,
): Promise<string> {
  const end = clock.monotonic() + ASKING_MS;
  const refusals: string[] = [];
  for (const accessId of candidates(claimed, accessIds)) {
    const verdict = await validate({
      token,
      accessId,
      until,
      ...defined({ item }),
    });
    if (verdict.genuine && verdict.accessId === accessId) return accessId;
    const why = verdict.genuine ? `the token is of ${verdict.accessId}` : "refused";
    refusals.push(`asked for ${accessId}: ${why}`);
    requireTime(clock, end);
  }
  // For the log alone: whom a token belongs to is no business of the caller.
  const cause = new Error(refusals.join(", "));
  throw new KitError("credentials_rejected", {}, { cause });
}

/** The one item of several that Akeyless confirms for the token. */
async function findItem(
  { validate, clock }: AuthenticationOptions,
  question: { readonly token: string; readonly accessId: string; readonly until: number },
  names: readonly string[],
): Promise<string> {
  if (names.length > MAX_FITTING) throw new KitError("item_not_allowed");
  const end = clock.monotonic() + ASKING_MS;
  const confirmed: string[] = [];
  for (const item of names) {
    const verdict = await validate({ ...question, item });
    if (verdict.genuine && verdict.accessId === question.accessId) confirmed.push(item);
    requireTime(clock, end);
  }
  const [only, ...others] = confirmed;
  if (only === undefined || others.length > 0) throw new KitError("item_not_allowed");
  return only;
}

function requireTime(clock: Clock, end: number): void {
  if (clock.monotonic() < end) return;
  throw new KitError("validator_unavailable.slow");
}

/** Which of the configured ids to ask for: the one the token names, else each. */
function candidates(claimed: string | undefined, accessIds: readonly string[]): readonly string[] {
  if (claimed === DRY_RUN_ACCESS_ID) return [claimed];
  return claimed !== undefined && accessIds.includes(claimed) ? [claimed] : accessIds;
}
