import type { PasswordPolicy } from "../../password/policy.ts";
import { type Candidate, type CandidateSource, derivedCandidates } from "../candidates.ts";
import { RotationError } from "../errors.ts";
import type { Keyring } from "../keyring.ts";
import type { ParsedPayload } from "../parse-payload.ts";
import type { RotationState } from "../payload.ts";
import type { Outcome } from "../rotation.ts";
import type { Account } from "../search.ts";
import type { Session } from "../session.ts";

/**
 * Generations of passwords that are remembered, to find a system that was restored from a backup
 * or set back by a replica that stood still.
 */
const LOOK_BACK = 3;

/** Former passwords by user name, newest first. */
export type Previous = Readonly<Record<string, readonly string[]>>;

/** What a strategy works with: one request, read and allowed. */
export interface Job {
  /** The item's name when the credential was first seen. */
  readonly item: string;
  readonly payload: ParsedPayload;
  /** Undefined for a payload that was written by hand. */
  readonly state: RotationState | undefined;
  /** The passwords before, newest first, from the sealed part of the payload. */
  readonly previous: Previous;
  readonly policy: PasswordPolicy;
  readonly keyring: Keyring;
  readonly session: Session;
  readonly mayReconcile: boolean;
  readonly mayBootstrap: boolean;
  readonly checksOld: boolean;
  readonly randomBytes: (size: number) => Uint8Array;
}

/** What a strategy did, to be written into the answer. */
export interface Rotated {
  readonly outcome: Outcome;
  /** Fields of the payload that are new. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly previous: Previous;
  /** What the rotator remembers, without what all strategies have in common. */
  readonly state: Pick<RotationState, "gen" | "kid" | "policyId" | "gens" | "key" | "retire">;
}

/** How a credential moves on. @throws RotationError */
export type RotateWithStrategy = (job: Job) => Promise<Rotated>;

/** The derived candidates of one account of the job. */
export function candidatesOf(
  job: Job,
  account: { username: string; current: string | undefined; generation: number },
): CandidateSource {
  return derivedCandidates({
    keyring: job.keyring,
    limits: job.session.limits,
    policy: job.policy,
    pinned: job.state,
    item: job.item,
    system: job.payload.fields.system,
    replaced: previousPasswords(job.previous, account.username)[0],
    ...account,
  });
}

/**
 * Whether this is the first rotation of an account whose password nobody told: then the admin
 * credential is the only way in, where the operator allowed it.
 *
 * @param generation of the account in the payload
 * @throws RotationError `password_missing`
 */
export function mayBegin(job: Job, current: string | undefined, generation: number): boolean {
  if (current !== undefined) return false;
  const allowed = job.mayBootstrap || job.mayReconcile;
  if (generation === 0 && allowed && job.session.system.reconcile) return true;
  throw new RotationError("password_missing");
}

/** The password of the served user: whichever field the payload has it in. */
export function servedPassword({ fields }: ParsedPayload): string | undefined {
  return fields.current_password ?? fields.password;
}

/** The same fields with a new value; `password` where there was none. */
export function withServedPassword({ fields }: ParsedPayload, password: string) {
  if (fields.current_password === undefined) return { password };
  if (fields.password === undefined) return { current_password: password };
  return { current_password: password, password };
}

/** The former passwords of a user. A name that every object has, such as "constructor", is no entry. */
export function previousPasswords(previous: Previous, username: string): readonly string[] {
  return (Object.hasOwn(previous, username) ? previous[username] : undefined) ?? [];
}

/** What to remember of an account that moved to the candidate: newest first, none twice. */
export function previousOf(
  { username, current, previous }: Account,
  { replaces }: Candidate,
): Previous {
  const known = [replaces, current, ...previous].filter((password) => password !== undefined);
  return known.length === 0 ? {} : { [username]: [...new Set(known)].slice(0, LOOK_BACK) };
}
