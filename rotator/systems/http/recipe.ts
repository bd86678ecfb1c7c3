import * as z from "zod";
import { failedLoginSpacingMs } from "../common-config.ts";
import { bodyTest, condition, pointer, source } from "./recipe-condition.ts";
import { headerName, pathTemplate, request, textTemplate } from "./recipe-request.ts";

/** Answers that a recipe has to name. */
const required = z.array(condition).min(1);
/** Answers that a product may not have. */
const optional = z.array(condition).optional();

const loginAnswers = z.strictObject({
  accepted: required.describe(
    "With `account`: the password is right, and yet the account cannot be used; there is no login.",
  ),
  refused: optional,
  unknown: optional,
});

const credentialHeader = {
  header: z.union([z.literal("Authorization"), headerName]).default("Authorization"),
  scheme: z
    .string()
    .regex(/^[A-Za-z0-9-]*$/)
    .default("Bearer")
    .describe('Word before the token; "" for none.'),
};

const oauth = {
  token_path: pathTemplate,
  client_id: textTemplate,
  client_secret: textTemplate.optional(),
  client_authentication: z.enum(["body", "basic"]).default("body"),
  scope: textTemplate.optional(),
  answers: loginAnswers.optional().describe("Default: RFC 6749, section 5."),
};

/** Whether a source is anything but a place in JSON. */
const isElement = (from: z.output<typeof source>) => typeof from !== "string";

const lookup = z
  .strictObject({
    request,
    answers: z.strictObject({ found: required, missing: optional, refused: optional }),
    within: pointer
      .optional()
      .describe("A list in the answer; exactly one entry must fit `where`."),
    where: z.array(bodyTest).min(1).optional(),
    save: z
      .record(z.string().regex(/^[a-z][a-z0-9_]*$/), source)
      .default({})
      .describe("What later steps see as found.…, and where it is in the answer or entry."),
    if_missing: z
      .enum(["refuse", "revoked"])
      .default("refuse")
      .describe(
        '"revoked": in keys.revoke, what is not there counts as revoked; of several entries one after another is revoked.',
      ),
    if_found: z
      .enum(["use", "exists"])
      .default("use")
      .describe(
        '"exists": in keys.create, an entry that fits means that the name is taken; without one, the next step follows. For products that accept a name twice.',
      ),
  })
  .refine((value) => (value.within === undefined) === (value.where === undefined), {
    message: "has within and where, or neither",
  })
  .refine((value) => value.within === undefined || !Object.values(value.save).some(isElement), {
    message: "saves from the entry of a list by JSON pointers",
  })
  .meta({
    id: "Lookup",
    description: "Runs before the verb's own request; later steps see found.…",
  });

const find = z.array(lookup).max(5).default([]);

const authentication = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("basic"), username: textTemplate, password: textTemplate }),
    z.strictObject({ type: z.literal("bearer"), token: textTemplate, ...credentialHeader }),
    z.strictObject({
      type: z.literal("login"),
      find,
      request,
      answers: loginAnswers,
      token: source.describe("Where the answer holds the token."),
      ...credentialHeader,
    }),
    z.strictObject({
      type: z.literal("session"),
      prepare: request
        .optional()
        .describe("Fetched first, for products whose login needs a cookie."),
      find: find.describe("Looked up before the login, with the cookies so far."),
      request,
      answers: loginAnswers,
      csrf: z
        .strictObject({ cookie: z.string().min(1), header: headerName })
        .optional()
        .describe("A cookie that later requests repeat in a header."),
    }),
    z.strictObject({
      type: z.literal("oauth_password"),
      username: textTemplate,
      password: textTemplate,
      ...oauth,
    }),
    z.strictObject({ type: z.literal("oauth_client"), ...oauth }),
  ])
  .meta({ id: "Authentication" });

const as = z
  .enum(["account", "admin", "nobody"])
  .describe("Whose login comes before: the account's, the admin's, or none.");

/** What every verb has that acts: who acts, what it looks up before, the request itself. */
const verb = { as, find, request };

const confirm = z
  .strictObject({
    as: z
      .enum(["admin", "nobody"])
      .describe("Never the account itself: that would be a second failed login."),
    find,
    request,
    answers: z.strictObject({
      invalid: required.describe("The account can be used, so its password was wrong."),
      unknown: optional.describe("Something else keeps it from being used, see `account`."),
    }),
  })
  .meta({
    id: "Confirm",
    description:
      "Asked when a login was refused, before that counts as invalid. As admin: where an admin credential is configured. As nobody: whether the product itself answers, and no proxy before it.",
  });

const change = z
  .strictObject({
    ...verb,
    answers: z.strictObject({
      changed: required,
      rejected: optional,
      refused: optional,
      ambiguous: optional,
    }),
  })
  .meta({ id: "Change" });

const keys = z
  .strictObject({
    lifetime_days: textTemplate
      .optional()
      .describe(
        "For products that demand an end: days that a new key lives, which create sees as key.expires_on (2026-01-31) and key.expires_at (with the time). More than the interval of rotation.",
      ),
    create: z.strictObject({
      ...verb,
      answers: z.strictObject({
        created: required,
        exists: optional,
        full: optional,
        refused: optional,
        ambiguous: optional,
      }),
      secret: source.describe("Where the answer holds the key's secret."),
      id: source.optional().describe("Where it holds the id to log in with. Default: user name."),
    }),
    revoke: z.strictObject({
      ...verb,
      answers: z.strictObject({ revoked: required, failed: optional }),
    }),
  })
  .meta({ id: "Keys", description: "Tokens that are found by name, for the strategy key-pair." });

/**
 * A declarative description of an HTTP system: how to log in, how to ask whether a credential is
 * valid, how to change it. It names no host: the operator fixes the origin in the configuration.
 */
export const recipeSchema = z
  .strictObject({
    $schema: z.string().optional(),
    recipe: z.literal(1).describe("Version of this format."),
    product: z.string().min(1),
    api_version: z
      .string()
      .min(1)
      .describe("The version whose documentation this was written from."),
    run_against: z
      .enum(["product", "by-hand", "fake"])
      .default("fake")
      .describe(
        '"by-hand": run against the product, but not in each run of the gate. "fake": only against a fake of its documented API.',
      ),
    documentation: z.array(z.url()).default([]),
    notes: z.array(z.string()).default([]).describe("Limits that an operator must know."),
    max_concurrent: z
      .int()
      .min(1)
      .max(10_000)
      .default(128)
      .describe("Rotations that the product bears at once; 1 where it keeps accounts in a file."),
    failed_login_spacing_ms: failedLoginSpacingMs
      .optional()
      .describe(
        "Pause that the product demands between a failed login and the next login of the same account, in milliseconds. Default: 1100.",
      ),
    parameters: z
      .record(
        z.string().regex(/^[a-z][a-z0-9_]*$/),
        z.strictObject({
          description: z.string().min(1),
          default: z.string().optional(),
          optional: z.literal(true).optional(),
        }),
      )
      .default({}),
    authentication: z.strictObject({
      account: authentication.optional(),
      admin: authentication.optional(),
    }),
    probe: z.strictObject({
      as: z.literal("account").default("account"),
      request: request.optional().describe("Default: logging in is the probe."),
      answers: z.strictObject({ valid: required, invalid: optional, unknown: optional }).optional(),
      confirm: confirm.optional(),
    }),
    change: z
      .strictObject({
        account: change.optional().describe("Proves the current password to the system."),
        admin: change.optional().describe("Does without; also serves reconcile."),
      })
      .default({}),
    keys: keys.optional(),
  })
  .refine(({ change, keys }) => change.account ?? change.admin ?? keys, {
    message: "needs change.account, change.admin or keys",
  })
  .meta({ id: "Recipe", title: "HTTP recipe of akeyless-rotation-kit" });

/** A recipe as docs/reference/recipe.schema.json describes it, with its defaults. */
export type Recipe = z.output<typeof recipeSchema>;
export type Authentication = z.output<typeof authentication>;
export type LoginAnswers = z.output<typeof loginAnswers>;
export type Lookup = z.output<typeof lookup>;
export type ChangeVerb = z.output<typeof change>;
export type KeysVerbs = z.output<typeof keys>;
/** The part that all acting verbs share. */
export type Verb = Pick<ChangeVerb, "as" | "find" | "request">;
