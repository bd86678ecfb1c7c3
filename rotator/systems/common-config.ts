import * as z from "zod";
import { passwordPolicySchema } from "../password/policy.ts";

/** Members that every kind of system has. */
export const commonMembers = {
  policy: passwordPolicySchema
    .optional()
    .describe("What passwords of this system look like where the payload does not say."),
  check_old_password: z
    .boolean()
    .default(false)
    .describe(
      "Whether to see after each change that the old password is refused, where the strategy ends it. One that still works is a warning and counted, no error. Costs one failed login per rotation.",
    ),
  max_failed_logins: z
    .int()
    .min(2)
    .max(20)
    .optional()
    .describe(
      "Failed logins in a row that one rotation may cause (default 4); keep it below the system's lock-out. With 2 a lost answer is found; from 3 on also what a stale payload or a restored system needs.",
    ),
};
