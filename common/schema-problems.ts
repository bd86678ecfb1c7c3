import type * as z from "zod";

/** One thing that a value has against a schema, in words for people. Never holds the value itself. */
export interface SchemaProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** What a value of the wrong kind had to be; `unknown name` is one that the schema does not have. */
  readonly kind: "missing" | "unknown name" | "section" | "value";
}

/**
 * Everything that `document` has against the schema that refused it, at most one problem a place:
 * a value of the wrong kind breaks other rules too, which nobody needs to hear.
 */
export function schemaProblems(
  issues: readonly z.core.$ZodIssue[],
  document: unknown,
): SchemaProblem[] {
  const places = new Set<string>();
  return issues
    .flatMap((issue) => problemsOf(issue, document))
    .filter(({ path }) => {
      const place = JSON.stringify(path);
      return !places.has(place) && places.add(place);
    });
}

function problemsOf(issue: z.core.$ZodIssue, document: unknown): SchemaProblem[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: "is not known here",
      kind: "unknown name",
    }));
  }
  if (issue.code === "invalid_key") {
    const message = issue.issues.map((inner) => inner.message).join(", ");
    return [{ path, message, kind: "value" }];
  }
  const value = valueAt(document, path);
  // A rule between settings may be broken by a default that nobody wrote.
  const missing = value === undefined && issue.code !== "custom";
  if (missing) return [{ path, message: "is required", kind: "missing" }];
  const [choice, ...others] = issue.code === "invalid_union" ? closest(issue.errors) : [];
  if (choice !== undefined && others.length === 0) {
    const inner = choice.map((one) => ({ ...one, path: [...path, ...one.path] }));
    return inner.flatMap((one) => problemsOf(one, document));
  }
  const isSection = issue.code === "invalid_type" && CONTAINERS.has(issue.expected);
  return [{ path, message: allowed(issue, value), kind: isSection ? "section" : "value" }];
}

const CONTAINERS: ReadonlySet<string> = new Set(["object", "record", "array"]);

/** The forms of a union that the value is of, though something inside of it is wrong. */
function closest(errors: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[][] {
  return errors.filter((form) =>
    form.every(({ path, code }) => path.length > 0 || code === "unrecognized_keys"),
  );
}

/** What a value has to be. */
function allowed(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      return value === null ? "is empty" : `must be ${a(issue.expected)}`;
    case "too_big":
      return `must ${bound("at most", issue.maximum, issue.origin)}`;
    case "too_small":
      return `must ${bound("at least", issue.minimum, issue.origin)}`;
    case "invalid_value":
      return `must be ${issue.values.map(String).join(" or ")}`;
    case "invalid_format":
      return issue.message.startsWith("Invalid")
        ? "is not in the form that it must have"
        : issue.message;
    case "invalid_union":
      return choices(issue) ?? issue.message;
    default:
      return issue.message;
  }
}

/** Where a union is a choice of constants, or of forms that a constant tells apart. */
function choices(issue: z.core.$ZodIssueInvalidUnion): string | undefined {
  const inner = issue.errors.flat();
  const values = inner.flatMap((one) => (one.code === "invalid_value" ? one.values : []));
  if (values.length > 0 && inner.every(({ code }) => code === "invalid_value"))
    return `must be ${values.map(String).join(" or ")}`;
  const [, kinds] = /^Invalid discriminator value\. Expected (.+)$/.exec(issue.message) ?? [];
  return kinds && `must be ${kinds.replaceAll("'", "").replaceAll(" | ", " or ")}`;
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "a section of names and values",
  record: "a section of names and values",
};

const a = (kind: string) => KINDS[kind] ?? `of type ${kind}`;

/** What the limit of a number, a list or a text counts. */
function bound(side: string, limit: number | bigint, origin: string): string {
  const many = Number(limit) === 1 ? "" : "s";
  if (origin === "array") return `have ${side} ${limit} ${many ? "entries" : "entry"}`;
  if (origin === "string") return `have ${side} ${limit} character${many}`;
  return `be ${side} ${limit}`;
}

/** The value at a place of a document, or undefined. */
export function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const part of path) {
    value =
      typeof value === "object" && value !== null && Object.hasOwn(value, part)
        ? (value as Record<PropertyKey, unknown>)[part]
        : undefined;
  }
  return value;
}
