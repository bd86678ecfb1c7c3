import { advance } from "../advance.ts";
import { invalid, type ParsedPayload } from "../parse-payload.ts";
import {
  candidatesOf,
  previousOf,
  previousPasswords,
  type RotateWithStrategy,
  resetFor,
  servedPassword,
  withServedPassword,
} from "./strategy.ts";

/**
 * Two users with the same rights: only the one that is not served is changed, and then served.
 * Anyone who still uses the other one keeps working until the rotation after this one. User name and
 * password change together; `username` and the password beside it always show the served user.
 */
export const rotateAlternating: RotateWithStrategy = async (job) => {
  const { session, state } = job;
  const { users, served } = usersOf(job.payload);
  const idle = served === 0 ? 1 : 0;
  const { username, password: current } = users[idle];
  // Each user has a generation of its own: what became of one says nothing about the other.
  const gens = state?.gens ?? [state?.gen ?? 0, state?.gen ?? 0];
  const reset = resetFor(job, current, gens[idle]);
  const account = { username, current, previous: previousPasswords(job.previous, username) };
  const { candidate, outcome } = await advance(
    {
      account,
      candidates: candidatesOf(job, { username, current, generation: gens[idle] }),
      change: session.system.change.bind(session.system),
      reset,
      checksOld: job.checksOld,
      remembered: job.remembered,
      refused: job.refused,
      standing: job.standing,
    },
    session,
  );

  const { password, kid, policyId } = candidate;
  const replace = <T>(pair: readonly [T, T], value: T): [T, T] =>
    idle === 0 ? [value, pair[1]] : [pair[0], value];
  return {
    outcome: reset.kind === "first" && outcome === "reconciled" ? "rotated" : outcome,
    fields: {
      username,
      ...withServedPassword(job.payload, password),
      users: replace(users, { ...users[idle], password }),
      active: idle,
    },
    previous: { ...job.previous, ...previousOf(account, candidate) },
    state: {
      gen: (state?.gen ?? 0) + 1,
      kid,
      policyId,
      gens: replace(gens, candidate.generation),
    },
  };
};

/** Both users, and which of them is served. @throws KitError `payload_invalid` */
export function usersOf(payload: ParsedPayload) {
  const { users, username, active } = payload.fields;
  if (!users) throw invalid("the strategy alternating needs two `users`");
  if (users[0].username === users[1].username) throw invalid("both `users` have the same name");
  const served = users[0].username === username ? 0 : 1;
  if (users[served].username !== username) throw invalid("`username` is none of the two `users`");
  if (active !== undefined && active !== served)
    throw invalid("`active` is not the user that `username` names");
  // Anyone who repaired the one by hand has to repair the other, or a working password would be lost.
  const [beside, inUsers] = [servedPassword(payload), users[served].password];
  if (beside !== undefined && inUsers !== undefined && beside !== inUsers)
    throw invalid("the password beside `username` and that of the same user in `users` differ");
  return { users, served } as const;
}
