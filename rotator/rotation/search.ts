import { KitError } from "../../common/errors/kit-error.ts";
import type { AccountState } from "../systems/system.ts";
import type { Candidate, CandidateSource } from "./candidates.ts";
import { type Allowance, allowanceFor } from "./last-login.ts";
import { type PayloadAge, type Remembered, wasRefused } from "./request-memory.ts";
import { blockedState, type Session } from "./session.ts";

/** An account as the payload describes it. */
export interface SearchedAccount {
  readonly username: string;
  /** Undefined where nobody told the rotator the password. */
  readonly current: string | undefined;
  /** The passwords before, newest first, from the sealed part of the payload. */
  readonly previous: readonly string[];
}

/** A search that found nothing. */
export interface FailedSearch {
  readonly kind: "nothing";
  /** Places whose password was refused, in this call and the ones before. */
  readonly tried: number;
  readonly places: number;
}

/** What opens the account now. */
type Found =
  | { readonly kind: "current" | "previous"; readonly password: string }
  | { readonly kind: "candidate"; readonly candidate: Candidate }
  | FailedSearch;

/** A password that may open the account. */
interface Place {
  readonly password: string;
  readonly what: "current" | "candidate" | "look-ahead" | "previous";
  readonly candidate?: Candidate;
}

interface SearchOptions {
  readonly account: SearchedAccount;
  readonly candidates: CandidateSource;
  /** What earlier calls of this process with the same payload came to. */
  readonly remembered: Remembered;
  /** Takes the passwords that are refused now, also where the search ends with an error. */
  readonly refused: string[];
  /** Failed logins that are kept back, for what comes after the search. */
  readonly reserve: number;
  /** How the payload stands to others of its credential that this process has seen. */
  readonly standing: PayloadAge;
}

/**
 * Finds what opens the account: the password in the payload, else what an earlier call with the
 * same payload may have set (its answer was lost), else what later generations would set (the
 * payload is stale), else a password before (the system was restored).
 *
 * A repeated call goes on where the last one has stopped, and begins with the candidate or the
 * stored password in turn: where a product blocks an account for a while after a failed login, the
 * right password would otherwise always come too late.
 *
 * @throws KitError `system_unavailable`, `account_blocked`, `account_unusable` as soon as one probe
 * is unknown; the first, or `out_of_sync`, where no login may fail for now
 */
export async function search(options: SearchOptions, session: Session): Promise<Found> {
  const { account, candidates, remembered, refused } = options;
  const { username, current } = account;
  const asked = { ...options, username, stored: current, calls: remembered.calls };
  let allowance = allowanceFor(asked, session);
  if (session.loginsLeft(username) <= 0) throw resting(session.resting(username));
  let logins = 0;
  const opens = async ({ password, what }: Place): Promise<boolean> => {
    if (!allowance.allows(password)) return false;
    logins += 1;
    const probe = await session.probe({ username, password }, what);
    if (probe.result === "unknown") throw notSaid(blockedState(probe), probe.reason);
    if (probe.result === "invalid") refused.push(password);
    return probe.result === "valid";
  };

  const stored: Place | undefined =
    current === undefined ? undefined : { password: current, what: "current" };
  const isKnown = ({ password }: Place) => session.knows({ username, password });
  // Where a later payload was seen, what opens the account by now may be known.
  const mayBeAhead =
    options.standing === "overtaken" && session.knowsAny(username) && !(stored && isKnown(stored));
  // The usual case costs one good login and derives nothing.
  if (stored && remembered.calls === 0 && !mayBeAhead && (await opens(stored)))
    return found(stored);
  const places = placesOf(account, candidates);
  const isLeft = ({ password }: Place) =>
    !wasRefused(remembered, password) && !refused.includes(password);
  const ahead = mayBeAhead ? places.find((place) => place.candidate && isKnown(place)) : undefined;
  if (ahead && (await opens(ahead))) return found(ahead);
  const left = places.filter(isLeft);
  // Nothing comes after a search that this call cannot end.
  const reserve = left.length <= session.loginsLeft(username) ? options.reserve : 0;
  allowance = allowanceFor({ ...asked, reserve }, session);
  for (const place of inOrder(places, left, options, allowance, stored, session))
    if (!refused.includes(place.password) && (await opens(place))) return found(place);
  if (logins === 0) throw resting(session.resting(username));
  const tried = places.filter((place) => !isLeft(place)).length;
  return { kind: "nothing", tried, places: places.length };
}

/**
 * The places in the order of this call. A first call takes them as they are. A repeated one begins
 * with the likeliest candidate or the stored password, in turn, goes on with what is left, and ends
 * with the other one of the two: a person may have set the stored password meanwhile.
 */
function inOrder(
  places: readonly Place[],
  left: readonly Place[],
  { account: { username }, remembered: { calls }, reserve }: SearchOptions,
  { kept }: Allowance,
  stored: Place | undefined,
  session: Session,
): readonly Place[] {
  if (calls === 0) return left;
  const logins = session.loginsLeft(username) - kept;
  const pair = [places.find(({ what }) => what === "candidate"), stored].filter((place) => !!place);
  const [first, last] = calls % 2 === 1 ? pair : pair.toReversed();
  // Where all were refused already, a block may have refused the right one: they are tried again.
  const others = (left.length > 0 ? left : places).filter(
    ({ password }) => password !== first?.password && password !== last?.password,
  );
  // Where each call has a single login no turn is taken, or nothing else would ever be tried.
  const single = session.limits.maxFailedLogins - kept < 2;
  if (!first || (single && others.length > 0)) return others;
  // Where an admin resets what cannot be found, the search had better end.
  if (!last || reserve > 0) return [first, ...others, ...(last ? [last] : [])];
  // Each call tries something new, however few logins it has.
  return [first, ...others.slice(0, Math.max(1, logins - 2)), last];
}

function found({ password, what, candidate }: Place): Found {
  if (candidate) return { kind: "candidate", candidate };
  return { kind: what === "previous" ? "previous" : "current", password };
}

/** Every place, the most plausible first; a password that is in two of them is tried once. */
function placesOf({ current, previous }: SearchedAccount, candidates: CandidateSource): Place[] {
  const ranked: { place: Place; changes: number }[] = [];
  if (current !== undefined)
    ranked.push({ place: { password: current, what: "current" }, changes: -1 });
  for (const { candidate, changes, what } of candidates.possible())
    ranked.push({ place: { password: candidate.password, what, candidate }, changes });
  // A system that was restored is as plausible as one change more, for each generation, but less so than
  // a rejected candidate, and more so than a payload that is older than it looks.
  const order = (changes: number, what: Place["what"]) =>
    changes + (what === "previous" ? 0.5 : what === "look-ahead" ? 0.6 : 0);
  for (const [age, password] of previous.entries())
    ranked.push({ place: { password, what: "previous" }, changes: age + 1 });
  const seen = new Set<string>();
  return ranked
    .toSorted((a, b) => order(a.changes, a.place.what) - order(b.changes, b.place.what))
    .map(({ place }) => place)
    .filter(({ password }) => !seen.has(password) && seen.add(password));
}

/** Why a search ends at an unknown probe. */
export function notSaid(state: AccountState | undefined, reason: string): KitError {
  if (state === "locked") return new KitError("account_blocked");
  if (state) return new KitError("account_unusable.state", { state: state.replace("_", " ") });
  return new KitError("system_unavailable.because", { reason });
}

/** Why no login is made for now. */
export function resting({ ms, refused }: { ms: number; refused: boolean }): KitError {
  const seconds = Math.ceil(ms / 1_000);
  return refused
    ? new KitError("out_of_sync.resting", { seconds })
    : new KitError("system_unavailable.resting", { seconds });
}
