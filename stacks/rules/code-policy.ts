import * as z from "zod";
import type { RulePolicy } from "./policy.ts";
import { rulePolicySchema, waiverSchema } from "./policy-schema.ts";

/** The place in `cdk.tf.json` where the code leaves it to a review; Terraform does not look at it. */
export const CODE_POLICY = { waivers: "//.rotation_kit.waivers", off: "//.rotation_kit.off" };

/** What the code of a stack decides about rules, besides the policy file. */
export type CodePolicy = Pick<RulePolicy, "waivers" | "off">;

const stackSchema = z.looseObject({
  "//": z.looseObject({
    rotation_kit: z.looseObject({
      waivers: z.array(waiverSchema).default([]),
      off: rulePolicySchema.shape.off,
    }),
  }),
});

/** What the code of a stack waives (`waive`) and turns off (`rulesOff`), from its synthesized `cdk.tf.json`. */
export const codePolicy = (stackJson: unknown): CodePolicy =>
  stackSchema.safeParse(stackJson).data?.["//"].rotation_kit ?? { waivers: [], off: {} };

/** The policy, and what the code of a stack decides. */
export const withCodePolicy = (
  policy: RulePolicy,
  { waivers, off }: CodePolicy = { waivers: [], off: {} },
): RulePolicy => ({
  ...policy,
  waivers: [...policy.waivers, ...waivers],
  off: { ...policy.off, ...off },
});
