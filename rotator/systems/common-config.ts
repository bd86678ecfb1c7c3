import * as z from "zod";
import { passwordPolicySchema } from "../password/policy.ts";
import { DEFAULT_MAX_FAILED_LOGINS } from "../rotation/limits.ts";

/** Members that every kind of system has. */
export const commonMembers = {
  policy: passwordPolicySchema
    .prefault({})
    .describe("What passwords of this system look like where the payload does not say."),
  check_old_password: z
    .boolean()
    .default(false)
    .describe(
      "Whether to see after each change that the old password is refused, where the strategy ends it. One that still works is a warning and counted, no error. Costs one failed login per rotation.",
    ),
  max_concurrent: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe(
      "Rotations of this system that run at once; the others wait in turn, and one that would have too little time left is refused before anything is sent. 1 for a product that keeps its accounts in a file. Default: what the recipe says, else 128 for HTTP and 16 for other systems. Up to 8 it holds across replicas, where there is a shared lock.",
    ),
  max_failed_logins: z
    .int()
    .min(2)
    .max(20)
    .default(DEFAULT_MAX_FAILED_LOGINS)
    .describe(
      "Failed logins in a row that one rotation may cause; keep it below the system's lock-out. With 2 a lost answer is found, unless the system's policy rejected a password or the first key was replaced meanwhile; from 3 on repeated calls find it then too, and what a stale payload or a restored system needs.",
    ),
};
