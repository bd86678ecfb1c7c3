import { hash, randomBytes } from "node:crypto";
import { isCredential, namesCredential } from "../../../common/credential.ts";
import { readJsonToShow } from "../../../common/json.ts";

/** One field of a payload: where it is and what kind of value it has, never the value. */
export interface PayloadField {
  /** Names from the outside in, joined by dots. */
  readonly path: string;
  /** Name or value look like a credential. */
  readonly credential: boolean;
  /** `literal`: readable in clear by anyone who reads the declaration or the plan. */
  readonly origin: "literal" | "hidden";
  /** Equal for equal values within this process, and of no use outside it. */
  readonly fingerprint?: string;
  /** The variable that gives the whole value, for example `var.password`, or `env TF_VAR_password`. */
  readonly source?: string;
}

/** What may be known of a payload. Rules get this instead of the text, so that none can print it. */
export interface PayloadFacts {
  /** Whether Terraform hides it; undefined where that cannot be told. */
  readonly sensitive: boolean | undefined;
  /** Whether the text is a JSON object; undefined where the text is not known. */
  readonly isObject: boolean | undefined;
  /** Whether `fields` lists every field. */
  readonly complete: boolean;
  readonly fields: readonly PayloadField[];
}

/** How much of a payload is looked at; the rotator refuses far smaller ones. */
const MAX_FIELDS = 1000;
const MAX_DEPTH = 16;
const PROCESS_KEY = randomBytes(32).toString("hex");

/**
 * Reduces the text of a payload, known to the caller, to facts. `literal`: whether the text was
 * written down as it is; a plan can show what came from a sensitive variable (an import loses
 * Terraform's mark), which is bad, but in no code.
 */
export function readPayloadText(
  text: string,
  sensitive: boolean,
  literal = !sensitive,
): PayloadFacts {
  const origin = literal ? "literal" : "hidden";
  let parsed: unknown;
  try {
    parsed = readJsonToShow(text);
  } catch {
    // Not JSON: the whole text may still be a private key or a connection string.
    const fields = isCredential(text) ? [{ path: "", credential: true, origin } as const] : [];
    return { sensitive, isObject: false, complete: true, fields };
  }
  const isObject = typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  const fields: PayloadField[] = [];
  const complete = collect(parsed, [], origin, fields);
  return { sensitive, isObject, complete, fields };
}

/** The field of that name that lies directly in the payload, or the first one that may. */
export const fieldOf = ({ fields }: PayloadFacts, name: string): PayloadField | undefined =>
  fields.find(({ path }) => path === name);

/** The fields that lie directly in the payload, by name. */
export const topLevel = (facts: PayloadFacts): Map<string, PayloadField> =>
  new Map(facts.fields.map((field) => [field.path, field]));

function collect(
  value: unknown,
  path: readonly string[],
  origin: PayloadField["origin"],
  fields: PayloadField[],
): boolean {
  if (fields.length >= MAX_FIELDS || path.length > MAX_DEPTH) return false;
  const variable = environmentVariable(value);
  if (variable !== undefined) {
    const credential = namesCredential(path.at(-1) ?? "");
    fields.push({ path: path.join("."), credential, origin: "hidden", source: `env ${variable}` });
    return true;
  }
  if (typeof value === "object" && value !== null) {
    let complete = true;
    for (const [name, inner] of Object.entries(value)) {
      complete = collect(inner, [...path, name], origin, fields) && complete;
    }
    return complete;
  }
  const named = namesCredential(path.at(-1) ?? "");
  const text = typeof value === "string" ? value : "";
  fields.push({
    path: path.join("."),
    credential: text !== "" && (named || isCredential(text)),
    origin,
    fingerprint: fingerprint(value),
  });
  return true;
}

/** How a template of the kit names the environment variable that a value comes from. */
function environmentVariable(value: unknown): string | undefined {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const [[name, variable] = []] = entries;
  return entries.length === 1 && name === "$env" && typeof variable === "string"
    ? variable
    : undefined;
}

/** A mark of a value, to compare it with other values of this process. */
export const fingerprint = (value: unknown): string =>
  hash("sha256", PROCESS_KEY + JSON.stringify(value), "base64url");
