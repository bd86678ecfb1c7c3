import * as z from "zod";
import { ACCOUNT_STATES } from "../system.ts";
import { referenceSchema } from "./reference.ts";

/** RFC 6901. */
export const pointer = z
  .string()
  .regex(/^(?:\/(?:[^~/]|~[01])*)*$/, "must be a JSON pointer such as /errors/0/code")
  .meta({ id: "JsonPointer" });

/** The name of a header of an answer. */
export const answerHeader = z.string().regex(/^[A-Za-z0-9-]+$/, "must be the name of a header");

/** A number that a recipe compares or sends; one that is rounded while it is read is refused. */
export const exactNumber = z
  .number()
  .refine((value) => !Number.isInteger(value) || Number.isSafeInteger(value), {
    message: "is a number that cannot be held exactly; take it from an answer or a parameter",
  });

const scalar = z.union([z.string(), exactNumber, z.boolean(), z.null()]);
const words = z.string().min(1);

/** One test of an answer's body. */
export const bodyTest = z
  .union([
    z.strictObject({ at: pointer, equals: z.union([referenceSchema, scalar]) }),
    z.strictObject({ at: pointer, contains: words }),
    z.strictObject({ at: pointer, present: z.boolean() }),
    z.strictObject({ text_contains: words }),
    z.strictObject({
      text_equals: z.string().describe("Compared without white space at both ends."),
    }),
  ])
  .meta({ id: "BodyTest", description: "A test of the answer's JSON, or of its text." });

/** One test of an answer's headers. */
const headerTest = z
  .union([
    z.strictObject({ header: answerHeader, equals: z.union([referenceSchema, z.string()]) }),
    z.strictObject({ header: answerHeader, contains: words }),
    z.strictObject({ header: answerHeader, present: z.boolean() }),
  ])
  .meta({ id: "HeaderTest", description: "A test of one of the answer's headers." });

const status = z.int().min(100).max(599);

/** When an answer counts as something. */
export const condition = z
  .strictObject({
    status: z.union([status, z.array(status).min(1)]),
    headers: z.array(headerTest).optional(),
    body: z.array(bodyTest).optional(),
    account: z
      .enum(ACCOUNT_STATES)
      .optional()
      .describe("What keeps the account from being used, whatever its password is."),
    reason: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,47}$/)
      .optional()
      .describe("Short public code that explains the result in logs and errors."),
  })
  .meta({ id: "Condition", description: "Matches when the status is listed and all tests pass." });

/** Where a value is in an answer. */
export const source = z
  .union([
    pointer,
    z.strictObject({ header: answerHeader.describe("The value of a header.") }),
    z.strictObject({ cookie: z.string().min(1).describe("The value of a cookie that it sets.") }),
    z.strictObject({
      input: z.string().min(1).describe("The value of the form field of this name in its HTML."),
    }),
    z.strictObject({
      meta: z.string().min(1).describe("The content of the meta element of this name in its HTML."),
    }),
  ])
  .meta({
    id: "Source",
    description:
      "Where a value is in an answer: a JSON pointer, a header, a cookie, or an element of its HTML.",
  });

export type Condition = z.output<typeof condition>;
export type BodyTest = z.output<typeof bodyTest>;
export type HeaderTest = z.output<typeof headerTest>;
export type Source = z.output<typeof source>;
