import * as z from "zod";
import { exactNumber } from "./recipe-condition.ts";
import { REFERENCE_GROUPS, referenceSchema, type Template, type TextPart } from "./reference.ts";

/** A constant text, or a reference to one. */
export const textTemplate = z.union([z.string(), referenceSchema]).meta({ id: "Text" });

const template: z.ZodType<Template> = z
  .lazy(() =>
    z.union([
      referenceSchema,
      z.string(),
      exactNumber,
      z.boolean(),
      z.null(),
      z.array(template),
      z.record(z.string().regex(/^[^$]/, 'only "$value" may start with $'), template),
    ]),
  )
  .meta({ id: "Template", description: 'JSON in which {"$value": "…"} represents a value.' });

const PLACE = String.raw`\{(?:${REFERENCE_GROUPS.join("|")})\.[a-z][a-z0-9_]*\}`;
/** An absolute path with places for values. */
export const pathTemplate = z
  .string()
  .regex(
    new RegExp(`^(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|${PLACE})*)+$`),
    "must be an absolute path without query, in which {parameters.name} represents a value",
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
  .record(z.string().regex(/^[A-Za-z0-9-]+$/), textTemplate)
  .superRefine((value, context) => {
    for (const name of Object.keys(value)) {
      if (!ENGINE_HEADERS.test(name)) continue;
      context.addIssue({ code: "custom", path: [name], message: ENGINE_MESSAGE });
    }
  });

const fieldName = z.string().regex(/^[\x21-\x7e]+$/);
const fields = z.record(fieldName, textTemplate);

/** A value that is JSON inside a text, as in `params={"user":"svc"}`. */
const jsonText = z.strictObject({ $json: template }).meta({
  id: "JsonText",
  description: "The JSON of the template, as the text of a form field.",
});

/** An element of an XML body. */
export interface XmlElement {
  readonly element: string;
  readonly attributes?: Readonly<Record<string, TextPart>> | undefined;
  readonly text?: TextPart | undefined;
  readonly children?: readonly XmlElement[] | undefined;
}

const xmlName = z
  .string()
  .regex(/^[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?$/, "must be a name of XML, as user or soap:Body");
const xmlElement: z.ZodType<XmlElement> = z
  .lazy(() =>
    z
      .strictObject({
        element: xmlName,
        attributes: z.record(xmlName, textTemplate).optional(),
        text: textTemplate.optional(),
        children: z.array(xmlElement).optional(),
      })
      .refine(({ text, children }) => text === undefined || children === undefined, {
        message: "has either text or children, only one of them",
      }),
  )
  .meta({ id: "XmlElement", description: "An element; values are put in as text." });

/** One HTTP request of a recipe; where to is the operator's business. */
export const request = z
  .strictObject({
    method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    path: pathTemplate,
    query: fields.optional(),
    headers: headers.optional(),
    json: template.optional(),
    form: z.record(fieldName, z.union([textTemplate, jsonText])).optional(),
    text: textTemplate.optional().describe("The whole body, as plain text."),
    xml: xmlElement.optional().describe("The root of an XML body."),
  })
  .refine(
    ({ json, form, text, xml }) =>
      [json, form, text, xml].filter((it) => it !== undefined).length < 2,
    {
      message: "has either json or form or text or xml, only one of them",
    },
  )
  .meta({ id: "Request" });

export type RecipeRequest = z.output<typeof request>;
