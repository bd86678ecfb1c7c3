import { z } from "zod";
import { REFERENCE_GROUPS, referenceSchema, type Template } from "./reference.ts";

const text = z.union([z.string(), referenceSchema]).meta({ id: "Text" });

const template: z.ZodType<Template> = z
  .lazy(() =>
    z.union([
      referenceSchema,
      z.string(),
      z.number(),
      z.boolean(),
      z.null(),
      z.array(template),
      z.record(z.string().regex(/^[^$]/, 'only "$value" may start with $'), template),
    ]),
  )
  .meta({ id: "Template", description: 'JSON in which {"$value": "…"} stands for a value.' });

/** RFC 6901. */
const pointer = z
  .string()
  .regex(/^(?:\/(?:[^~/]|~[01])*)*$/, "must be a JSON pointer such as /errors/0/code")
  .meta({ id: "JsonPointer" });

const PLACE = String.raw`\{(?:${REFERENCE_GROUPS.join("|")})\.[a-z][a-z0-9_]*\}`;
const path = z
  .string()
  .regex(
    new RegExp(`^(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|${PLACE})*)+$`),
    "must be an absolute path without query, in which {parameters.name} stands for a value",
  )
  .refine((value) => !value.split("/").some((part) => part === "." || part === ".."), {
    message: "must not contain . or .. as a segment",
  })
  .meta({
    id: "Path",
    description: "Each {value} is percent-encoded and stays inside its segment.",
  });

/** Headers that decide how a message is framed, routed or authenticated belong to the engine. */
const ENGINE_HEADERS =
  /^(host|content-length|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|cookie|authorization|proxy-.*)$/i;
const headerName = z
  .string()
  .regex(/^[A-Za-z0-9-]+$/)
  .refine((name) => !ENGINE_HEADERS.test(name), {
    message: "is set by the engine: use authentication instead",
  });

const request = z
  .strictObject({
    method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    path,
    query: z.record(z.string().min(1), text).optional(),
    headers: z.record(headerName, text).optional(),
    json: template.optional(),
    form: z.record(z.string().min(1), text).optional(),
  })
  .refine((value) => value.json === undefined || value.form === undefined, {
    message: "has either json or form, not both",
  })
  .meta({ id: "Request" });

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const bodyTest = z
  .union([
    z.strictObject({ at: pointer, equals: z.union([referenceSchema, scalar]) }),
    z.strictObject({ at: pointer, contains: z.string().min(1) }),
    z.strictObject({ at: pointer, present: z.boolean() }),
    z.strictObject({ text_contains: z.string().min(1) }),
  ])
  .meta({ id: "BodyTest", description: "A test of the answer's JSON, or of its text." });

const condition = z
  .strictObject({
    status: z.union([z.int().min(100).max(599), z.array(z.int().min(100).max(599)).min(1)]),
    body: z.array(bodyTest).optional(),
    reason: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,47}$/)
      .optional()
      .describe("Short public code that explains the result in logs and errors."),
  })
  .meta({ id: "Condition", description: "Matches when the status is listed and all tests pass." });

const some = z.array(condition).min(1);
const any = z.array(condition).optional();

const loginAnswers = z.strictObject({ accepted: some, refused: any, unknown: any });

const credentialHeader = {
  header: headerNameOfCredential().default("Authorization"),
  scheme: z
    .string()
    .regex(/^[A-Za-z0-9-]*$/)
    .default("Bearer")
    .describe('Word before the token; "" for none.'),
};

function headerNameOfCredential() {
  return z.string().regex(/^(Authorization|X-[A-Za-z0-9-]+)$/);
}

const oauth = {
  token_path: path,
  client_id: text,
  client_secret: text.optional(),
  client_authentication: z.enum(["body", "basic"]).default("body"),
  scope: text.optional(),
  answers: loginAnswers.optional().describe("Default: RFC 6749, section 5."),
};

const authentication = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("basic"), username: text, password: text }),
    z.strictObject({ type: z.literal("bearer"), token: text, ...credentialHeader }),
    z.strictObject({
      type: z.literal("login"),
      request,
      answers: loginAnswers,
      token: pointer.describe("Where the answer holds the token."),
      ...credentialHeader,
    }),
    z.strictObject({
      type: z.literal("session"),
      prepare: request
        .optional()
        .describe("Fetched first, for products whose login needs a cookie."),
      request,
      answers: loginAnswers,
      csrf: z
        .strictObject({ cookie: z.string().min(1), header: headerName })
        .optional()
        .describe("A cookie that later requests repeat in a header."),
    }),
    z.strictObject({
      type: z.literal("oauth_password"),
      username: text,
      password: text,
      ...oauth,
    }),
    z.strictObject({ type: z.literal("oauth_client"), ...oauth }),
  ])
  .meta({ id: "Authentication" });

const lookup = z
  .strictObject({
    request,
    answers: z.strictObject({ found: some, missing: any, refused: any }),
    within: pointer
      .optional()
      .describe("A list in the answer; exactly one entry must fit `where`."),
    where: z.array(bodyTest).min(1).optional(),
    save: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), pointer),
    if_missing: z
      .enum(["refuse", "revoked"])
      .default("refuse")
      .describe('"revoked": in keys.revoke, what is not there counts as revoked.'),
  })
  .refine((value) => (value.within === undefined) === (value.where === undefined), {
    message: "has within and where, or neither",
  })
  .meta({
    id: "Lookup",
    description: "Runs before the verb's own request; later steps see found.…",
  });

const as = z.enum(["account", "admin"]);

/** What every verb has that acts: who acts, what it looks up before, the request itself. */
const verb = { as, find: z.array(lookup).max(5).default([]), request };

const change = z
  .strictObject({
    ...verb,
    answers: z.strictObject({ changed: some, rejected: any, refused: any, ambiguous: any }),
  })
  .meta({ id: "Change" });

const keys = z
  .strictObject({
    create: z.strictObject({
      ...verb,
      answers: z.strictObject({
        created: some,
        exists: any,
        full: any,
        refused: any,
        ambiguous: any,
      }),
      secret: pointer.describe("Where the answer holds the key's secret."),
      id: pointer.optional().describe("Where it holds the id to log in with. Default: user name."),
    }),
    revoke: z.strictObject({ ...verb, answers: z.strictObject({ revoked: some, failed: any }) }),
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
      .enum(["product", "fake"])
      .default("fake")
      .describe('"fake": not run against the product, only against a fake of its documented API.'),
    documentation: z.array(z.url()).default([]),
    notes: z.array(z.string()).default([]).describe("Limits that an operator must know."),
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
      answers: z.strictObject({ valid: some, invalid: any, unknown: any }).optional(),
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

export type Recipe = z.output<typeof recipeSchema>;
export type RecipeRequest = z.output<typeof request>;
export type Condition = z.output<typeof condition>;
export type BodyTest = z.output<typeof bodyTest>;
export type Authentication = z.output<typeof authentication>;
export type LoginAnswers = z.output<typeof loginAnswers>;
export type Lookup = z.output<typeof lookup>;
export type ChangeVerb = z.output<typeof change>;
export type KeysVerbs = z.output<typeof keys>;
/** The part that all acting verbs share. */
export type Verb = Pick<ChangeVerb, "as" | "find" | "request">;
