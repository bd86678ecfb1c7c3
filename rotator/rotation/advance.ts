import type { Change, Credential, StepContext } from "../systems/system.ts";
import type { Candidate, CandidateSource } from "./candidates.ts";
import { RotationError } from "./errors.ts";
import type { Outcome } from "./rotation.ts";
import { type Account, search } from "./search.ts";
import type { Session } from "./session.ts";

const NO_RESET =
  "No password that the rotator knows or can derive opens the account, and the system refused to reset it with the admin credential.";

/** What an account was moved to, proved by a login. */
export interface Advanced {
  readonly candidate: Candidate;
  readonly outcome: Outcome;
}

export interface AdvanceOptions {
  readonly account: Account;
  readonly candidates: CandidateSource;
  /** How the system changes a password from one that was seen to log in. */
  readonly change: (current: Credential, next: Credential, context: StepContext) => Promise<Change>;
  /** Whether the old password stays valid beside the new one. */
  readonly retains?: boolean;
  /** Whether the admin credential may set a password although nothing opens the account. */
  readonly mayReconcile: boolean;
  /** Whether to see that what the new password replaced is refused; tells, and changes nothing. */
  readonly checksOld: boolean;
}

/**
 * Moves one account to its next password: find what opens it, change from that, prove the new one.
 * Whatever happens in between, the next call with the same payload can go on from there.
 *
 * @throws RotationError; where it does, a later call recovers, or the code says what a person does
 */
export async function advance(options: AdvanceOptions, session: Session): Promise<Advanced> {
  const advanced = (await tryToAdvance(options, session)) ?? (await lookAgain(options, session));
  if (!advanced) throw new RotationError("change_refused");
  return advanced;
}

/**
 * A refused change after a good probe means that somebody was faster. Where the old password stays
 * valid beside the new one, that was an earlier call whose answer was lost, or another replica, and
 * only what it has set is of interest.
 */
async function lookAgain(options: AdvanceOptions, session: Session): Promise<Advanced | undefined> {
  if (!options.retains) return tryToAdvance(options, session);
  const unknown = { username: options.account.username, current: undefined, previous: [] };
  const found = await search(unknown, options.candidates, session, false);
  if (found.kind !== "candidate") return undefined;
  return { candidate: found.candidate, outcome: "replayed" };
}

/** Undefined when the change was refused although its authority had logged in. */
async function tryToAdvance(
  options: AdvanceOptions,
  session: Session,
): Promise<Advanced | undefined> {
  const { account, candidates, mayReconcile } = options;
  const found = await search(account, candidates, session, mayReconcile);
  if (found.kind === "candidate") return { candidate: found.candidate, outcome: "replayed" };
  if (found.kind === "nothing") return reconcile(options, session);
  const current = { username: account.username, password: found.password };
  const candidate = await setOneThatFits(options, session, current, (next, context) =>
    options.change(current, next, context),
  );
  if (!candidate) return undefined;
  return { candidate, outcome: found.kind === "previous" ? "restored" : "rotated" };
}

async function reconcile(options: AdvanceOptions, session: Session): Promise<Advanced> {
  const { system } = session;
  if (!options.mayReconcile || !system.reconcile) throw new RotationError("out_of_sync");
  const set = system.reconcile.bind(system);
  const candidate = await setOneThatFits(options, session, undefined, set);
  if (!candidate) throw new RotationError("out_of_sync", { message: NO_RESET });
  return { candidate, outcome: "reconciled" };
}

/**
 * Sets the first candidate that the system's policy accepts, and proves it by a login. Undefined
 * when the authority was refused. `current` is absent where the admin credential sets.
 */
async function setOneThatFits(
  { account, candidates, checksOld, retains }: AdvanceOptions,
  session: Session,
  current: Credential | undefined,
  set: (next: Credential, context: StepContext) => Promise<Change>,
): Promise<Candidate | undefined> {
  const step = current ? "change" : "reconcile";
  for (let attempt = 0; attempt < session.limits.attempts; attempt += 1) {
    const candidate = candidates.next(attempt);
    const next = { username: account.username, password: candidate.password };
    session.secret(next.password);
    const change = await session.change(step, `attempt ${attempt}`, (context) =>
      set(next, context),
    );
    if (change.result === "refused") return undefined;
    if (change.result === "rejected") {
      // Systems also reject the password that is valid already: another replica has just set it.
      // One login is kept: what is set next has to be verified.
      if (session.loginsLeft(next.username) > 1 && (await isValid(session, next))) return candidate;
      continue;
    }
    // Nobody knows whether it happened: one login is kept for the old password. Where that still
    // works, the trace says so, and the failed logins in a row come to an end.
    const keep = change.result === "ambiguous" && current ? 1 : 0;
    if (await session.verify(next, keep)) {
      if (checksOld && current && !retains) await session.probe(current, "replaced", "old");
      return candidate;
    }
    if (change.result === "changed") throw new RotationError("verify_failed");
    if (current) await session.probe(current, "current");
    throw new RotationError("change_unconfirmed");
  }
  throw new RotationError("policy_rejected");
}

/** @throws RotationError `system_unavailable` when the system does not say */
async function isValid(session: Session, credential: Credential): Promise<boolean> {
  const probe = await session.probe(credential, "candidate");
  if (probe.result === "unknown") throw new RotationError("system_unavailable");
  return probe.result === "valid";
}
