import { writeJson } from "../../../common/json.ts";
import type { RecipeRequest } from "./recipe-request.ts";
import {
  isValueReference,
  PLACEHOLDER_PATTERN,
  type ReferenceValue,
  resolveReferences,
  resolveText,
  type Scope,
  type Template,
  UnbuildableError,
} from "./reference.ts";
import { buildXml } from "./xml.ts";

/** A request that is ready to be sent; where to is the transport's business. */
export interface BuiltRequest {
  readonly method: RecipeRequest["method"];
  /** Absolute path with query, percent-encoded. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

// RFC 3986 unreserved characters stay; encodeURIComponent leaves five more that some routers treat
// specially.
const encode = (value: string): string =>
  encodeURIComponent(value).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** Control characters of ASCII and ISO 8859-1, and half surrogates, which no encoding survives. */
const UNFIT = /[\p{Cc}\p{Cs}]/u;

function printable(value: string, place: string): string {
  if (UNFIT.test(value)) {
    throw new UnbuildableError("value_not_allowed", `a control character does not fit ${place}`);
  }
  return value;
}

/**
 * Fills a path. Each value is encoded as (a part of) one segment: it can neither add a segment,
 * nor leave one out, nor climb with "..".
 * @throws UnbuildableError when a value is missing, empty or would change the path's shape
 */
export function buildPath(path: string, scope: Scope): string {
  const built = path.replace(PLACEHOLDER_PATTERN, (_, name: string) => {
    const value = resolveText({ $value: name }, scope) ?? "";
    if (value === "") throw new UnbuildableError("value_missing", `${name} is empty`);
    return encode(printable(value, "a path"));
  });
  if (built.split("/").some((segment) => segment === "." || segment === "..")) {
    throw new UnbuildableError("value_not_allowed", "a value would make the path climb");
  }
  return built;
}

/** Encodes names and values as application/x-www-form-urlencoded; leaves out absent optional ones. */
export function buildForm(fields: NonNullable<RecipeRequest["form"]>, scope: Scope): string {
  const pairs: string[] = [];
  for (const [name, part] of Object.entries(fields)) {
    const value =
      typeof part === "object" && "$json" in part
        ? jsonText(part.$json, scope)
        : resolveText(part, scope);
    if (value !== undefined) pairs.push(`${encode(name)}=${encode(printable(value, "a form"))}`);
  }
  return pairs.join("&");
}

/** Whether a value is visible ASCII, space and tab only: it cannot split a message (RFC 9110, 5.5). */
export function fitsHeader(value: string): boolean {
  return /^[\t\x20-\x7e]*$/.test(value);
}

/**
 * A header value that cannot split a message.
 * @throws UnbuildableError for anything else
 */
export function headerValue(value: string): string {
  if (fitsHeader(value)) return value;
  throw new UnbuildableError("value_not_allowed", "a value does not fit a header");
}

/** The JSON that a template represents. Values are put in as they are: nothing is ever parsed. */
export function buildJson(template: Template, scope: Scope): ReferenceValue | undefined {
  if (isValueReference(template)) return resolveReferences(template, scope);
  if (Array.isArray(template)) {
    return template.map((part) => buildJson(part, scope)).filter((part) => part !== undefined);
  }
  if (typeof template !== "object" || template === null) return template;
  const members: [string, ReferenceValue][] = [];
  for (const [name, part] of Object.entries(template)) {
    const value = buildJson(part, scope);
    if (value !== undefined) members.push([name, value]);
  }
  return Object.fromEntries(members);
}

const jsonText = (template: Template, scope: Scope) =>
  writeJson(buildJson(template, scope) ?? null);

/**
 * Builds a recipe's request from the values of a step.
 * @throws UnbuildableError when a value is missing or does not fit its place; nothing was sent
 */
export function buildRequest(
  request: RecipeRequest,
  scope: Scope,
  authentication: Readonly<Record<string, string>> = {},
): BuiltRequest {
  const headers: Record<string, string> = { accept: "application/json" };
  for (const [name, part] of Object.entries(request.headers ?? {})) {
    const value = resolveText(part, scope);
    if (value !== undefined) headers[name.toLowerCase()] = headerValue(value);
  }
  for (const [name, value] of Object.entries(authentication)) {
    headers[name.toLowerCase()] = headerValue(value);
  }
  const query = request.query === undefined ? "" : buildForm(request.query, scope);
  const target = buildPath(request.path, scope) + (query === "" ? "" : `?${query}`);
  const made = bodyOf(request, scope);
  if (made === undefined) return { method: request.method, target, headers };
  headers["content-type"] ??= made.type;
  return { method: request.method, target, headers, body: made.body };
}

/** The body of a request, and the media type where the recipe sets none. */
function bodyOf({ json, form, text, xml }: RecipeRequest, scope: Scope) {
  if (json !== undefined) return { type: "application/json", body: jsonText(json, scope) };
  if (form !== undefined)
    return { type: "application/x-www-form-urlencoded", body: buildForm(form, scope) };
  if (text !== undefined)
    return { type: "text/plain; charset=utf-8", body: resolveText(text, scope) ?? "" };
  if (xml !== undefined)
    return { type: "application/xml; charset=utf-8", body: buildXml(xml, scope) };
  return undefined;
}
