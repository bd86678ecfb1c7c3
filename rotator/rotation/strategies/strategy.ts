import { KitError } from "../../../common/errors/kit-error.ts";
import type { PasswordPolicyConfig } from "../../password/policy.ts";
import { type Candidate, type CandidateSource, derivedCandidates } from "../candidates.ts";
import type { Keyring } from "../keyring.ts";
import type { ParsedPayload } from "../parse-payload.ts";
import type { RotationState } from "../payload.ts";
import { type Prediction, predict } from "../predict.ts";
import type { PayloadAge, Remembered } from "../request-memory.ts";
import type { Reset } from "../reset.ts";
import type { Outcome } from "../rotation.ts";
import type { SearchedAccount } from "../search.ts";
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
  readonly policy: PasswordPolicyConfig;
  /** Policies that may have been in force before, the likeliest first. */
  readonly formerPolicies: readonly PasswordPolicyConfig[];
  readonly keyring: Keyring;
  readonly session: Session;
  readonly mayReconcile: boolean;
  readonly mayBootstrap: boolean;
  readonly checksOld: boolean;
  /** Wall-clock time of the request, in milliseconds. */
  readonly now: number;
  /** How the payload stands to others of its credential that this process has seen. */
  readonly standing: PayloadAge;
  /** What earlier calls of this process with the same payload came to. */
  readonly remembered: Remembered;
  /** Takes the passwords that this call finds refused. */
  readonly refused: string[];
  /** Milliseconds since this process first saw this request find no place for another key. */
  readonly fullFor: () => number;
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

/** How a credential moves on. @throws KitError */
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
    formerPolicies: job.formerPolicies,
    pinned: job.state,
    prediction: predictionOf(job),
    item: job.item,
    system: job.payload.fields.system,
    replaced: previousPasswords(job.previous, account.username)[0],
    ...account,
  });
}

/** How many generations the account may be ahead of the payload, by the time that has passed. */
function predictionOf({ state, payload, now }: Job): Prediction {
  const interval = payload.fields.rotation_interval_s;
  const age = state?.users && now - Date.parse(state.at);
  return predict(age, interval === undefined ? undefined : interval * 1_000);
}

/**
 * What the admin credential may do for an account: set the first password where nobody told one,
 * repair one that a rotator has written before, and nothing else.
 *
 * @param generation of the account in the payload
 * @throws KitError `password_missing`
 */
export function resetFor(job: Job, current: string | undefined, generation: number): Reset {
  const overtaken = job.standing === "overtaken";
  const can = job.session.system.reconcile !== undefined;
  if (current === undefined) {
    if (generation === 0 && can && job.mayBootstrap) return { kind: "first", overtaken };
    throw new KitError("password_missing");
  }
  if (!job.mayReconcile || !can) return { kind: "never", overtaken };
  return { kind: job.state ? "repair" : "by_hand", overtaken };
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

/** The former passwords of a user. A name that every object has, such as "constructor", is not an entry. */
export function previousPasswords(previous: Previous, username: string): readonly string[] {
  return (Object.hasOwn(previous, username) ? previous[username] : undefined) ?? [];
}

/** What to remember of an account that moved to the candidate: newest first, none twice. */
export function previousOf(
  { username, current, previous }: SearchedAccount,
  { replaces }: Candidate,
): Previous {
  const known = [replaces, current, ...previous].filter((password) => password !== undefined);
  return known.length === 0 ? {} : { [username]: [...new Set(known)].slice(0, LOOK_BACK) };
}
