import * as z from "zod";
import { passwordPolicySchema } from "../password/policy.ts";
import { fieldMapSchema } from "./field-map.ts";
import { secretMembers } from "./secret-source.ts";

/** Stays under the common lock-out at 5. */
export const DEFAULT_MAX_FAILED_LOGINS = 4;

/** Most products count anew after that long, or sooner. */
export const DEFAULT_FAILED_LOGIN_WINDOW_MS = 900_000;

/** Some products, like Keycloak, take two failures within a second for a robot. */
export const DEFAULT_FAILED_LOGIN_SPACING_MS = 1_100;

/** A pause after a failed login, in milliseconds: in the settings of a system and in a recipe. */
export const failedLoginSpacingMs = z.int().min(0).max(60_000);

/** Members that every kind of system has. */
export const commonMembers = {
  policy: passwordPolicySchema
    .optional()
    .describe(
      "What passwords of this system look like where the payload does not say, and at least: a payload may ask for longer ones and for more classes, never for less. Absent: 32 characters of all classes, and payloads may ask for any policy of at least 64 bits.",
    ),
  former_policies: z
    .array(passwordPolicySchema)
    .max(4)
    .default([])
    .describe(
      "Policies that applied before, the last one first. List the old one when you change `policy`, until each item has rotated once: an answer may have been lost in its time.",
    ),
  check_old_password: z
    .boolean()
    .default(false)
    .describe(
      "Whether to check after each change that the system refuses the old password, if the strategy ends it. If it still works, the rotator logs a warning and counts it; this is not an error. Costs one failed login per rotation.",
    ),
  test_account: z
    .strictObject({
      username: z.string().min(1).max(256).describe("Its user name."),
      ...secretMembers("password"),
    })
    .optional()
    .describe(
      "An account that nothing else uses. `serve --check --probe` logs in with it, and `system probe` and `system rehearse` take it where no other is named.",
    ),
  fields: fieldMapSchema
    .optional()
    .describe(
      "What the fields of the payloads are called, where not `username` and `password`. Default: those.",
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
      "Failed logins in a row that all rotations of an account together may cause; keep it below the system's lock-out, divided by the number of replicas if they have no `shared_lock`. With 2 a lost answer is found at once; with 4 also where one key or policy was changed meanwhile, or a password rejected; repeated calls find the rest. With 3 or more, a search leaves one for the right payload.",
    ),
  failed_login_window_ms: z
    .int()
    .min(0)
    .max(604_800_000)
    .default(DEFAULT_FAILED_LOGIN_WINDOW_MS)
    .describe(
      "How long after the last failed login the system starts to count again, in milliseconds. After `max_failed_logins` failed logins, the rotator makes no login until then.",
    ),
  failed_login_spacing_ms: failedLoginSpacingMs
    .optional()
    .describe(
      "Pause after a failed login before the next login of the same account, in milliseconds: some products block an account after two failures within a second. Default: what the recipe says, else 1100.",
    ),
};
