import { z } from "zod";
import { passwordPolicySchema } from "../password/policy.ts";

/** Members that every kind of system has. */
export const commonMembers = {
  policy: passwordPolicySchema
    .optional()
    .describe("What passwords of this system look like where the payload does not say."),
  max_failed_logins: z
    .int()
    .min(1)
    .max(20)
    .optional()
    .describe("Failed logins that one rotation may cause; keep it below the system's lock-out."),
};
