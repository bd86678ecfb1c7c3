import { KitError } from "../../common/errors/kit-error.ts";
import type { Change, Credential, StepContext } from "../systems/system.ts";
import type { Candidate, CandidateSource } from "./candidates.ts";
import type { PayloadAge, Remembered } from "./request-memory.ts";
import { mayReset, type Reset, searchSlots } from "./reset.ts";
import type { Outcome } from "./rotation.ts";
import { type FailedSearch, notSaid, type SearchedAccount, search } from "./search.ts";
import { blockedState, type Session } from "./session.ts";

/** What an account was moved to, proved by a login. */
export interface Advanced {
  readonly candidate: Candidate;
  readonly outcome: Outcome;
}

export interface AdvanceOptions {
  readonly account: SearchedAccount;
  readonly candidates: CandidateSource;
  /** How the system changes a password from one that was seen to log in. */
  readonly change: (current: Credential, next: Credential, context: StepContext) => Promise<Change>;
  /** Whether the old password stays valid beside the new one. */
  readonly retains?: boolean;
  /** What the admin credential may do where nothing opens the account. */
  readonly reset: Reset;
  /** Whether to see that what the new password replaced is refused; tells, and changes nothing. */
  readonly checksOld: boolean;
  /** What earlier calls of this process with the same payload came to. */
  readonly remembered: Remembered;
  /** Takes the passwords that searches find refused. */
  readonly refused: string[];
  /** How the payload stands to others of its credential that this process has seen. */
  readonly standing: PayloadAge;
}

type Refusal = Extract<Change, { result: "refused" }>;

/**
 * Moves one account to its next password: find what opens it, change from that, prove the new one.
 * Whatever happens in between, the next call with the same payload can go on from there.
 *
 * @throws KitError; where it does, a later call recovers, or the code says what a person does
 */
export async function advance(options: AdvanceOptions, session: Session): Promise<Advanced> {
  const first = await tryToAdvance(options, session);
  if (!("result" in first)) return first;
  const second = await lookAgain(options, session, first);
  if (!("result" in second)) return second;
  throw changeRefused(second);
}

/**
 * A refused change after a good probe means that somebody was faster. Where the old password stays
 * valid beside the new one, that was an earlier call whose answer was lost, or another replica, and
 * only what it has set is of interest.
 */
async function lookAgain(
  options: AdvanceOptions,
  session: Session,
  refusal: Refusal,
): Promise<Advanced | Refusal> {
  if (!options.retains) return tryToAdvance(options, session);
  const { account, candidates, standing } = options;
  const unknown = { username: account.username, current: undefined, previous: [] };
  const remembered = { calls: 0, refused: new Set<string>() };
  const again = { account: unknown, candidates, remembered, refused: [], reserve: 0, standing };
  const found = await search(again, session);
  if (found.kind !== "candidate") return refusal;
  return { candidate: found.candidate, outcome: "replayed" };
}

/** The refusal where the change was refused although its authority had logged in. */
async function tryToAdvance(
  options: AdvanceOptions,
  session: Session,
): Promise<Advanced | Refusal> {
  const { account, candidates, reset, remembered, refused, standing } = options;
  // A reset has to be verified, which may fail once more.
  const reserve = reset.kind === "never" ? 0 : 1;
  const found = await search(
    { account, candidates, remembered, refused, reserve, standing },
    session,
  );
  if (found.kind === "candidate") return { candidate: found.candidate, outcome: "replayed" };
  if (found.kind === "nothing") return resetAccount(options, session, found);
  const current = { username: account.username, password: found.password };
  const set = await setOneThatFits(options, session, current, (next, context) =>
    options.change(current, next, context),
  );
  if ("result" in set) return set;
  return { candidate: set, outcome: found.kind === "previous" ? "restored" : "rotated" };
}

/** @throws KitError `out_of_sync` where the admin credential may not, or cannot */
async function resetAccount(
  options: AdvanceOptions,
  session: Session,
  failed: FailedSearch,
): Promise<Advanced> {
  const verb = mayReset(options.reset, failed, options.candidates, session);
  const set = await setOneThatFits(options, session, undefined, verb);
  if ("result" in set)
    throw new KitError("out_of_sync.not_reset", {
      ...searchSlots(failed, session),
      why: whyOf(set),
    });
  return { candidate: set, outcome: "reconciled" };
}

/**
 * Sets the first candidate that the system's policy takes and proves it by a login. The refusal when
 * whatever it was to be set with was refused.
 */
async function setOneThatFits(
  { account, candidates, retains, checksOld }: AdvanceOptions,
  session: Session,
  current: Credential | undefined,
  set: (next: Credential, context: StepContext) => Promise<Change>,
): Promise<Candidate | Refusal> {
  const step = current ? "change" : "reconcile";
  let reason = "policy";
  for (let attempt = 0; attempt < session.limits.attempts; attempt += 1) {
    const candidate = candidates.next(attempt);
    // A password that stays is not a rotation.
    if (candidate.password === current?.password) continue;
    const next = { username: account.username, password: candidate.password };
    const change = await session.change(step, `attempt ${attempt}`, next, set);
    if (change.result === "refused") {
      if (change.sent === false) throw changeRefused(change);
      return change;
    }
    if (change.result === "rejected") {
      reason = change.reason;
      // Systems also reject the password that is set already. A login with the current one tells,
      // and works unless another replica was faster, which is looked for then.
      if (current && !(await stillOpens(session, current))) return { ...change, result: "refused" };
      continue;
    }
    if (change.result === "ambiguous") {
      await findOut(session, current, next);
      return candidate;
    }
    if (!(await session.verify(next))) throw new KitError("verify_failed");
    if (checksOld && current && !retains) await session.probe(current, "replaced", "old");
    return candidate;
  }
  throw current
    ? new KitError("policy_rejected")
    : new KitError("policy_rejected.reset", { reason });
}

/** @throws KitError when the system does not say */
async function stillOpens(session: Session, current: Credential): Promise<boolean> {
  const probe = await session.probe(current, "current");
  if (probe.result === "unknown") throw notSaid(blockedState(probe), probe.reason);
  return probe.result === "valid";
}

/**
 * Nobody knows whether the change happened. A login with the new password tells, or one with the old
 * one, which ends the failed logins in a row; while the old one works, the change may still come, and
 * where neither does, the new one may still propagate.
 *
 * @throws KitError `change_unconfirmed`
 */
async function findOut(
  session: Session,
  current: Credential | undefined,
  next: Credential,
): Promise<void> {
  for (const last of [false, true]) {
    const probe = await session.probe(next, "candidate", "verify");
    if (probe.result === "valid") return;
    if (blockedState(probe) !== undefined) throw new KitError("change_unconfirmed");
    const old = current && (await session.probe(current, "current"));
    if (old?.result !== "valid") break;
    if (last) throw new KitError("change_unconfirmed.still");
    await session.waitForPropagation();
  }
  if (!(await session.verify(next))) throw new KitError("change_unconfirmed");
}

/** Whose credential was refused, and why; or that nothing was sent. */
export function changeRefused(refusal: Refusal): KitError {
  if (refusal.sent === false)
    return new KitError("change_not_sent.because", { reason: refusal.reason });
  const why = whyOf(refusal);
  if (refusal.authority === undefined) return new KitError("change_refused.because", { why });
  const whose = refusal.authority === "admin" ? "admin's" : "account's";
  return new KitError("change_refused.authority", { whose, why });
}

function whyOf({ status, reason }: Refusal): string {
  return status === undefined ? reason : `HTTP ${status}, ${reason}`;
}
