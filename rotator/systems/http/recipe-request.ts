import * as z from "zod";
import { REFERENCE_GROUPS, referenceSchema, type Template } from "./reference.ts";

/** A constant text, or a reference to one. */
export const text = z.union([z.string(), referenceSchema]).meta({ id: "Text" });

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
export const pointer = z
  .string()
  .regex(/^(?:\/(?:[^~/]|~[01])*)*$/, "must be a JSON pointer such as /errors/0/code")
  .meta({ id: "JsonPointer" });

const PLACE = String.raw`\{(?:${REFERENCE_GROUPS.join("|")})\.[a-z][a-z0-9_]*\}`;
/** An absolute path with places for values. */
export const path = z
  .string()
  .regex(
    new RegExp(`^(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|${PLACE})*)+$`),
    "must be an absolute path without query, in which {parameters.name} stands for a value",
  )
  .refine((value) => !value.split("/").some((part) => part === "." || part === ".."), {
    message: "must not contain . or .. as a segment",
  })
  .refine((value) => !value.startsWith("//"), { message: "must not begin with two slashes" })
  .meta({
    id: "Path",
    description: "Each {value} is percent-encoded and stays inside its segment.",
  });

/** Headers that decide how a message is framed, routed or authenticated belong to the engine. */
const ENGINE_HEADERS =
  /^(host|content-length|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|cookie|authorization|proxy-.*)$/i;
const ENGINE_MESSAGE = "is set by the engine: use authentication instead";

/** The name of a header that a recipe may set. */
export const headerName = z
  .string()
  .regex(/^[A-Za-z0-9-]+$/)
  .refine((name) => !ENGINE_HEADERS.test(name), { message: ENGINE_MESSAGE });
const headers = z
  .record(z.string().regex(/^[A-Za-z0-9-]+$/), text)
  .superRefine((value, context) => {
    for (const name of Object.keys(value)) {
      if (!ENGINE_HEADERS.test(name)) continue;
      context.addIssue({ code: "custom", path: [name], message: ENGINE_MESSAGE });
    }
  });

const fields = z.record(z.string().regex(/^[\x21-\x7e]+$/), text);

/** One HTTP request of a recipe; where to is the operator's business. */
export const request = z
  .strictObject({
    method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    path,
    query: fields.optional(),
    headers: headers.optional(),
    json: template.optional(),
    form: fields.optional(),
  })
  .refine((value) => value.json === undefined || value.form === undefined, {
    message: "has either json or form, not both",
  })
  .meta({ id: "Request" });

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** One test of an answer's body. */
export const bodyTest = z
  .union([
    z.strictObject({ at: pointer, equals: z.union([referenceSchema, scalar]) }),
    z.strictObject({ at: pointer, contains: z.string().min(1) }),
    z.strictObject({ at: pointer, present: z.boolean() }),
    z.strictObject({ text_contains: z.string().min(1) }),
  ])
  .meta({ id: "BodyTest", description: "A test of the answer's JSON, or of its text." });

/** When an answer counts as something. */
export const condition = z
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

export type RecipeRequest = z.output<typeof request>;
export type Condition = z.output<typeof condition>;
export type BodyTest = z.output<typeof bodyTest>;
