import * as z from "zod";
import { STRATEGIES } from "../rotation/rotation.ts";
import { fieldMapSchema } from "../systems/field-map.ts";

const itemSchema = z
  .strictObject({
    system: z
      .string()
      .min(1)
      .max(128)
      .meta({ description: "The one system that this item may rotate: a name under `systems`." }),
    usernames: z.array(z.string().min(1).max(256)).min(1).max(16).meta({
      description:
        "The accounts of that system that this item may rotate. If the item's name is a pattern, each contains the `*` of the name.",
    }),
    fields: fieldMapSchema.optional().meta({
      description: "What the fields of its payload are called, where not as its system says.",
    }),
    strategy: z
      .enum(STRATEGIES)
      .default("single")
      .meta({ description: "How the credentials are replaced." }),
    formerly: z.array(z.string().min(1).max(512)).max(16).default([]).meta({
      description:
        "Former names of the item. What a rotator has written belongs to the name of the item's first rotation, and is refused under any other: list that name after renaming the item, and keep it.",
    }),
    bootstrap: z.boolean().default(false).meta({
      description:
        "Whether the system's admin credential may set the password if the payload has none. An item that was declared without a password needs this for its first rotation. Turn it off afterwards: until then, anyone with a token of the item can have the password set and gets it in the answer.",
    }),
    reconcile: z.boolean().default(false).meta({
      description:
        "Whether the system's admin credential may reset the password if no known password opens the account. It does so only for a payload that a rotator wrote for this item, after a complete search, and not if the payload may be older than a search covers. Declare its interval (`rotation_interval_s` in the payload).",
    }),
  })
  .refine(({ strategy, usernames }) => strategy !== "alternating" || new Set(usernames).size > 1, {
    path: ["usernames"],
    message: "must name both accounts that alternate",
  });

/** Items that may be rotated, by full name. Everything else is refused. */
export const itemsSchema = z
  .record(
    z
      .string()
      .max(512)
      .regex(
        /^\/\S(.*\S)?$/,
        "an item's name is its full path: it starts with / and has no space at either end",
      )
      .regex(/^[^*]*\*?[^*]*$/, "a pattern of names has one *"),
    itemSchema,
  )
  .superRefine((items, context) => {
    for (const [name, { usernames }] of Object.entries(items)) {
      if (!name.includes("*") || usernames.every((username) => username.split("*").length === 2))
        continue;
      const message = "each must hold the * of the item's pattern once, such as svc-*";
      context.addIssue({ code: "custom", path: [name, "usernames"], message });
    }
  })
  .refine((items) => Object.keys(items).length > 0, "name at least one item")
  .meta({
    description:
      'Items that may be rotated, by full name, each bound to one system and its user names. A request for any other item, system or user is refused before the system is contacted. In a name, one `*` fits one part of the path, never a slash: `/prod/crm/*` with the user names `["*"]` lets `/prod/crm/alice` rotate alice, and nobody else. A full name wins over a pattern; a name that fits two patterns is refused.',
  });

/** What an item is bound to. */
export type ItemConfig = z.output<typeof itemSchema>;
