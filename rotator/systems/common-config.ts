import * as z from "zod";
import { passwordPolicySchema } from "../password/policy.ts";

/** Members that every kind of system has. */
export const commonMembers = {
  policy: passwordPolicySchema
    .optional()
    .describe("What passwords of this system look like where the payload does not say."),
  max_failed_logins: z
    .int()
    .min(2)
    .max(20)
    .optional()
    .describe(
      "Failed logins in a row that one rotation may cause (default 4); keep it below the system's lock-out. With 2 a lost answer is found; from 3 on also what a stale payload or a restored system needs.",
    ),
};
