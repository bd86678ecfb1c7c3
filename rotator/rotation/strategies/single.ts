import { KitError } from "../../../common/errors/kit-error.ts";
import { type AdvanceOptions, advance } from "../advance.ts";
import type { CandidateSource } from "../candidates.ts";
import {
  candidatesOf,
  type Job,
  previousOf,
  previousPasswords,
  type Rotated,
  type RotateWithStrategy,
  resetFor,
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
  if (!system.changeRetaining) throw new KitError("strategy_unsupported");
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
  const reset = resetFor(job, current, job.state?.gen ?? 0);
  const account = { username, current, previous: previousPasswords(job.previous, username) };
  const { checksOld, remembered, refused, standing } = job;
  const { candidate, outcome } = await advance(
    { account, candidates, reset, checksOld, remembered, refused, standing, ...how },
    job.session,
  );
  return {
    outcome: reset.kind === "first" && outcome === "reconciled" ? "rotated" : outcome,
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
