import * as z from "zod";
import { type ExactNumber, exactText } from "../../../common/json.ts";

/**
 * The values a recipe may refer to, by group:
 * - `account`: the credential that logs in as the account (the one probed, or the current one)
 * - `next`: the credential that a change sets
 * - `admin`: what the operator configured under `admin` of the system
 * - `parameters`: what the operator configured under `parameters` of the system
 * - `found`: what an earlier lookup of the same verb saved
 * - `key`: the name of a token that is created or revoked
 */
export const REFERENCE_GROUPS = ["account", "next", "admin", "parameters", "found", "key"] as const;

const REFERENCE = String.raw`(?:${REFERENCE_GROUPS.join("|")})\.[a-z][a-z0-9_]*`;

/** A whole reference, as in `{"$value": "next.password"}`. */
export const REFERENCE_PATTERN = new RegExp(`^${REFERENCE}$`);

/** A reference inside a path, as in `/users/{next.username}`. */
export const PLACEHOLDER_PATTERN = new RegExp(`\\{(${REFERENCE})\\}`, "g");

/** Represents a value; with `optional`, the member it belongs to is left out when there is none. */
export const referenceSchema = z
  .strictObject({
    $value: z.string().regex(REFERENCE_PATTERN, "must look like next.password or parameters.realm"),
    optional: z.literal(true).optional(),
  })
  .meta({ id: "Reference", description: "Represents a value that is known when the step runs." });

export type Reference = z.output<typeof referenceSchema>;

/** Any JSON value in which references may represent values; built as a structure, never as text. */
export type Template =
  | Reference
  | string
  | number
  | boolean
  | null
  | Template[]
  | { [member: string]: Template };

/** A value of a running step: text for what is typed in, any JSON for what a system answered. */
export type ReferenceValue =
  | string
  | number
  | ExactNumber
  | boolean
  | null
  | ReferenceValue[]
  | { [member: string]: ReferenceValue };

/** The values a step may use, by reference. */
export type Scope = ReadonlyMap<string, ReferenceValue>;

/** Raised when a step cannot be built from its values; nothing was sent. The code is public. */
export class UnbuildableError extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.name = "UnbuildableError";
    this.reason = reason;
  }
}

/** Whether a part of a template is a reference. */
export function isValueReference(part: unknown): part is Reference {
  return typeof part === "object" && part !== null && Object.hasOwn(part, "$value");
}

/**
 * The value behind a reference, `undefined` for an optional one that has none.
 * @throws UnbuildableError when a needed value is missing
 */
export function resolveReferences(reference: Reference, scope: Scope): ReferenceValue | undefined {
  const value = scope.get(reference.$value);
  if (value !== undefined || reference.optional) return value;
  throw new UnbuildableError("value_missing", `no value for ${reference.$value}`);
}

/** A constant text, or a reference to one. */
export type TextPart = string | Reference;

/** Like `resolve`, for places that hold text: headers, forms, paths. Numbers are written out. */
export function resolveText(part: TextPart, scope: Scope): string | undefined {
  if (typeof part === "string") return part;
  const value = resolveReferences(part, scope);
  const text = exactText(value);
  if (value === undefined || text !== undefined) return text;
  throw new UnbuildableError("value_not_text", `${part.$value} is not text`);
}

/** Every reference inside a template, path or text. */
export function* referencesOf(part: unknown): Generator<string> {
  if (isValueReference(part)) {
    yield part.$value;
  } else if (typeof part === "string") {
    for (const [, name] of part.matchAll(PLACEHOLDER_PATTERN)) yield name as string;
  } else if (typeof part === "object" && part !== null) {
    for (const member of Object.values(part)) yield* referencesOf(member);
  }
}
