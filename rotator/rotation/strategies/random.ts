import { encodePassword, policyId } from "../../password/generation.ts";
import type { Candidate } from "../candidates.ts";
import { ROTATION_MESSAGES } from "../trace.ts";
import { rotateServed } from "./single.ts";
import type { RotateWithStrategy } from "./strategy.ts";
import { servedPassword } from "./strategy.ts";

/**
 * Fresh random passwords, as most rotators make them. LOSSY: when an answer is lost after the
 * change, nobody can know the new password, and only an admin opens the account again. For
 * people who must not derive passwords; use it with `reconcile` allowed.
 */
export const rotateRandom: RotateWithStrategy = async (job) => {
  const { session, state } = job;
  session.log.warn(ROTATION_MESSAGES.random);
  const next = (): Candidate => ({
    password: encodePassword(job.policy, () => job.randomBytes(1)[0] ?? 0),
    generation: (state?.gen ?? 0) + 1,
    replaces: servedPassword(job.payload),
    kid: job.keyring.first.id,
    policyId: policyId(job.policy),
  });
  const source = { next, possible: () => [], reachesAll: true };
  return rotateServed(job, source, { change: session.system.change.bind(session.system) });
};
