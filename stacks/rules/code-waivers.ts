import * as z from "zod";
import type { Waiver } from "./policy.ts";
import { waiverSchema } from "./policy-schema.ts";

const stackSchema = z.looseObject({
  "//": z.looseObject({
    rotation_kit: z.looseObject({ waivers: z.array(waiverSchema) }),
  }),
});

/** What the code of a stack waives (`waive`), from its synthesized `cdk.tf.json`. */
export function codeWaivers(stackJson: unknown): Waiver[] {
  return stackSchema.safeParse(stackJson).data?.["//"].rotation_kit.waivers ?? [];
}
