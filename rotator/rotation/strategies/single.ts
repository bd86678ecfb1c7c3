import { type AdvanceOptions, advance } from "../advance.ts";
import type { CandidateSource } from "../candidates.ts";
import { RotationError } from "../errors.ts";
import {
  candidatesOf,
  type Job,
  mayBegin,
  previousOf,
  previousPasswords,
  type Rotated,
  type RotateWithStrategy,
  servedPassword,
  withServedPassword,
} from "./strategy.ts";

/** One account, one password at a time. New logins fail between the change and the answer. */
export const rotateSingle: RotateWithStrategy = (job) =>
  rotateServed(job, derivedFromServed(job), {
    change: job.session.system.change.bind(job.session.system),
  });

/**
 * One account with a second password: the old one stays valid until the next rotation, which is
 * the first moment at which the answer is known to be stored.
 */
export const rotateDualPassword: RotateWithStrategy = async (job) => {
  const { system } = job.session;
  if (!system.changeRetaining) throw new RotationError("strategy_unsupported");
  return rotateServed(job, derivedFromServed(job), {
    change: system.changeRetaining.bind(system),
    retains: true,
  });
};

/** Moves the served account on, with candidates from wherever. */
export async function rotateServed(
  job: Job,
  candidates: CandidateSource,
  how: Pick<AdvanceOptions, "change" | "retains">,
): Promise<Rotated> {
  const { username } = job.payload.fields;
  const current = servedPassword(job.payload);
  const first = mayBegin(job, current, job.state?.gen ?? 0);
  const account = { username, current, previous: previousPasswords(job.previous, username) };
  const mayReconcile = first || job.mayReconcile;
  const { candidate, outcome } = await advance(
    { account, candidates, mayReconcile, checksOld: job.checksOld, ...how },
    job.session,
  );
  return {
    outcome: first && outcome === "reconciled" ? "rotated" : outcome,
    fields: withServedPassword(job.payload, candidate.password),
    previous: previousOf(account, candidate),
    state: { gen: candidate.generation, kid: candidate.kid, policyId: candidate.policyId },
  };
}

function derivedFromServed(job: Job): CandidateSource {
  const { username } = job.payload.fields;
  const current = servedPassword(job.payload);
  return candidatesOf(job, { username, current, generation: job.state?.gen ?? 0 });
}
