import * as z from "zod";
import { SEVERITIES } from "../rules/severity.ts";
import { FATES } from "./facts/password.ts";
import { STATES } from "./judge/compare.ts";

/** Longest text of a review, in characters: a name, a sentence. */
export const MAX_TEXT = 4000;
const text = z.string().max(MAX_TEXT);
const count = z.int().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/);

const change = z
  .enum(["none", "create", "update", "replace", "delete", "forget"])
  .meta({ description: "What the plan does to it; `none`: it stays as it is." });

const differenceSchema = z
  .object({ attribute: text, before: text.optional(), after: text.optional() })
  .meta({ description: "A changed attribute; values only where they may be shown." });

const itemFields = {
  address: text,
  former_address: text.optional().meta({ description: "Its address before a move." }),
  path: text.optional().meta({ description: "Path of the construct." }),
  name: text.optional(),
  former_name: text.optional(),
  change,
  realisation: z.enum(["provider", "out-of-state"]),
  imported: z.boolean(),
  deposed: z.boolean().meta({ description: "A left-over of a replacement that failed." }),
  deferred: text.optional().meta({ description: "Why Terraform puts the change off." }),
  reason: text.optional().meta({ description: "Why Terraform acts, in its own word." }),
  differences: z.array(differenceSchema),
};

const secretSchema = z.object({
  ...itemFields,
  target: text.optional().meta({ description: "Name of its Web Target." }),
  fate: z.enum(FATES).meta({ description: "What becomes of its password." }),
  note: text.optional(),
});

const targetSchema = z.object({
  ...itemFields,
  used_by: count.meta({ description: "Secrets of the plan that stay and use it." }),
});

const findingSchema = z.object({
  rule: z.string().regex(/^AKR\d{3}$/),
  title: text,
  severity: z.enum(SEVERITIES),
  state: z.enum(STATES).meta({
    description: "`as_before`: the change does not bring it; `fixed`: the change takes it away.",
  }),
  address: text.optional(),
  path: text.optional(),
  attribute: text.optional(),
  declared_at: z
    .object({ file: text, line: z.int().min(1) })
    .optional()
    .meta({ description: "Where the code declares it, if `rotation-kit plan` traced it." }),
  message: text,
  reason: text,
  remedy: text,
  waiver: z.object({ reason: text, owner: text, expires: text }).optional(),
});

const stackSchema = z.object({
  name: text,
  made_at: text.optional().meta({ description: "When the plan was made, RFC 3339." }),
  made_with: text.optional().meta({ description: "Version of Terraform or OpenTofu." }),
  digest: digest.meta({ description: "Equal for plans that do the same." }),
  banners: z.array(text).meta({ description: "What is wrong with the plan as a whole." }),
  counts: z.object({
    create: count,
    update: count,
    replace: count,
    delete: count,
    forget: count,
    move: count,
    import: count,
    deferred: count.optional().meta({ description: "Changes put off to a later plan." }),
    unchanged_secrets: count,
    unchanged_targets: count,
    steps: count.meta({ description: "Resources that only help an item." }),
  }),
  secrets: z.array(secretSchema).meta({ description: "Secrets that the plan touches." }),
  targets: z.array(targetSchema).meta({ description: "Web Targets that the plan touches." }),
  others: z.array(z.object({ address: text, type: text, change, deferred: text.optional() })),
  findings: z.array(findingSchema),
  renames: z.array(z.object({ from: text, to: text, repair: text })),
  obstacles: z
    .array(z.object({ address: text, sentence: text }))
    .meta({ description: "What will make the apply stop half way." }),
  drift: z.array(
    z.object({ address: text, kind: z.enum(["expected", "reverted", "look"]), sentence: text }),
  ),
  blind_spots: z.array(text).meta({ description: "What the review cannot judge." }),
  rotations: z
    .array(
      z.object({
        name: text,
        last: text.optional().meta({ description: "When it rotated last, in UTC." }),
        next: text.optional().meta({ description: "When it rotates next by itself, in UTC." }),
        error: text.optional().meta({ description: "Why the last rotation failed." }),
      }),
    )
    .optional()
    .meta({ description: "What the gateway said about the secrets, where it was asked." }),
});

/** The document that `rotation-kit review --format json` prints, and that `publish` reads. */
export const reviewSchema = z
  .object({
    schema: z.literal("rotation-kit/review/v1"),
    kit: text.meta({ description: "Version of the kit that made it." }),
    verdict: z.object({
      decision: z.enum(["stop", "look", "clear"]).meta({
        description: "`stop`: exit code 2; `look`: there is something to read; `clear`: nothing.",
      }),
      sentence: text,
    }),
    fail_on: z.enum([...SEVERITIES, "never"]),
    digest: digest.meta({ description: "Of all stacks together." }),
    stacks: z.array(stackSchema).max(1000),
  })
  .meta({ title: "A review of plans by akeyless-rotation-kit" });

/** A review: what plans do to passwords, and never a password. Its texts are hostile all the same. */
export type Review = z.output<typeof reviewSchema>;
export type ReviewedStack = Review["stacks"][number];
/** A stack before its texts went through the nets; the digest is made of what they leave. */
export type UndigestedStack = Omit<ReviewedStack, "digest">;
export type ReviewedSecret = ReviewedStack["secrets"][number];
export type ReviewedRotation = NonNullable<ReviewedStack["rotations"]>[number];
export type ReviewedFinding = ReviewedStack["findings"][number];

/** The JSON Schema of a review: docs/reference/review.schema.json. */
export const reviewJsonSchema = () => z.toJSONSchema(reviewSchema, { target: "draft-2020-12" });
