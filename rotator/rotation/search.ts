import { randomInt } from "node:crypto";
import type { Candidate, CandidateSource } from "./candidates.ts";
import { RotationError } from "./errors.ts";
import type { Session } from "./session.ts";

/** An account as the payload describes it. */
export interface Account {
  readonly username: string;
  /** Undefined where nobody told the rotator the password. */
  readonly current: string | undefined;
  /** The passwords before, newest first, from the sealed part of the payload. */
  readonly previous: readonly string[];
}

/** What opens the account now. */
export type Found =
  | { readonly kind: "current" | "previous"; readonly password: string }
  | { readonly kind: "candidate"; readonly candidate: Candidate }
  | { readonly kind: "nothing" };

type Place = Exclude<Found, { kind: "nothing" }>;

/**
 * Finds what opens the account: the password in the payload, else what an earlier call with the
 * same payload may have set (its answer was lost), else what later generations would set (the
 * payload is stale), else a password before (the system was restored).
 *
 * @throws RotationError `system_unavailable` as soon as one probe is unknown
 */
export async function search(
  account: Account,
  candidates: CandidateSource,
  session: Session,
  mayReconcile: boolean,
): Promise<Found> {
  const { username } = account;
  // One failed login is kept back where a reset may follow that has to be verified.
  const reserve = mayReconcile ? 1 : 0;
  const left = () => Math.max(0, session.loginsLeft(username) - reserve);
  const tryOne = async (place: Place, what: string): Promise<boolean> => {
    const password = place.kind === "candidate" ? place.candidate.password : place.password;
    const probe = await session.probe({ username, password }, what);
    if (probe.result === "unknown") throw new RotationError("system_unavailable");
    return probe.result === "valid";
  };

  if (account.current !== undefined) {
    const current: Place = { kind: "current", password: account.current };
    // The usual case costs one good login and derives nothing.
    if (await tryOne(current, "current")) return current;
  }
  for (const { place, what } of plan(account, candidates, left()))
    if (await tryOne(place, what)) return place;
  return { kind: "nothing" };
}

/**
 * The places behind the current password, in order. Where they are more than failed logins are
 * left, the likely ones stay, up to one, and chance draws from the others: repeated calls then
 * reach all of them although nothing is remembered between calls.
 */
function plan(account: Account, candidates: CandidateSource, left: number) {
  const label = (what: string) => (candidate: Candidate) => ({
    place: { kind: "candidate", candidate } satisfies Place,
    what,
  });
  const likely: { place: Place; what: string }[] = candidates.likely().map(label("candidate"));
  const others: { place: Place; what: string }[] = candidates.unlikely().map(label("look-ahead"));
  for (const password of account.previous)
    others.push({ place: { kind: "previous", password }, what: "previous" });

  if (likely.length + others.length <= left) return [...likely, ...others];
  const kept = likely.slice(0, left > 1 ? left - 1 : left);
  // With several keys and policies the likely ones alone can be too many: they are drawn from too.
  const drawn = [...likely.slice(kept.length), ...others];
  while (drawn.length > Math.max(0, left - kept.length)) drawn.splice(randomInt(drawn.length), 1);
  return [...kept, ...drawn];
}
