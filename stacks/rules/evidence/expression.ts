import { isCredential, namesCredential } from "../../../common/credential.ts";
import { fingerprint, type PayloadFacts, type PayloadField, readPayloadText } from "./payload.ts";

/** Whether a variable (`var.x`) is declared sensitive; undefined for what cannot be told. */
export type SensitivityOf = (reference: string) => boolean | undefined;

const LITERAL = /"(?:[^"\\]|\\.)*"/g;
/** `"key" = "value"` or `key = "value"`: how literals are in jsonencode({...}). */
const PAIR = /(?:"((?:[^"\\]|\\.)*)"|\b([A-Za-z_][\w-]*))\s*[=:]\s*("(?:[^"\\]|\\.)*")/g;
/** The same with a variable, alone or inside of functions, in the place of the literal. */
const SOURCE =
  /(?:"((?:[^"\\]|\\.)*)"|\b([A-Za-z_][\w-]*))\s*[=:]\s*(?:[a-z]+\()*(var\.[A-Za-z_][\w-]*)(?=\)*\s*[,}\n])/g;
/** The same with an environment variable, as a step out of state is given it. */
const ENVIRONMENT =
  /(?:"((?:[^"\\]|\\.)*)"|\b([A-Za-z_][\w-]*))\s*[=:]\s*\{\s*"\$env"\s*[=:]\s*"(\w+)"\s*\}/g;
const REFERENCE = /\b(?:var|local|data|module|each|[a-z][a-z0-9]*_[a-z0-9_]+)\.[A-Za-z_][\w-]*/g;

/**
 * Reads the facts of a payload out of a Terraform expression, such as
 * `${sensitive(jsonencode({"username" = "svc", "password" = var.password}))}`. It looks for
 * literals and references and does not evaluate; so the list of fields is never complete.
 */
export function readPayloadExpression(text: string, sensitivityOf: SensitivityOf): PayloadFacts {
  return {
    sensitive: sensitivity(text, sensitivityOf),
    isObject: undefined,
    complete: false,
    fields: [...literalPairs(text), ...sources(text), ...suspiciousLiterals(text)],
  };
}

/** Terraform's marks spread from any part of an expression to the whole. */
function sensitivity(text: string, sensitivityOf: SensitivityOf): boolean | undefined {
  const code = text.replace(LITERAL, (literal) => (isTemplate(literal) ? literal : '""'));
  if (/\bnonsensitive\(/.test(code)) return undefined;
  if (/\bsensitive\(/.test(code)) return true;
  const answers = (code.match(REFERENCE) ?? []).map(sensitivityOf);
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}

function* literalPairs(text: string): Iterable<PayloadField> {
  for (const [, quoted, bare, literal = '""'] of text.matchAll(PAIR)) {
    const path = quoted ?? bare ?? "";
    const credential = namesCredential(path) && literal !== '""';
    const whole = /^"\$\{(var\.[A-Za-z_][\w-]*)\}"$/.exec(literal)?.[1];
    if (whole !== undefined) yield { path, credential, origin: "hidden", source: whole };
    else if (isTemplate(literal)) yield { path, credential, origin: "hidden" };
    else yield { path, credential, origin: "literal", fingerprint: fingerprint(unquoted(literal)) };
  }
}

function* sources(text: string): Iterable<PayloadField> {
  for (const [, quoted, bare, source = ""] of text.matchAll(SOURCE)) {
    const path = quoted ?? bare ?? "";
    yield { path, credential: namesCredential(path), origin: "hidden", source };
  }
  for (const [, quoted, bare, variable] of text.matchAll(ENVIRONMENT)) {
    const path = quoted ?? bare ?? "";
    const source = `env ${variable}`;
    yield { path, credential: namesCredential(path), origin: "hidden", source };
  }
}

/** Private keys, connection strings, and whole JSON texts, wherever they stand. */
function* suspiciousLiterals(text: string): Iterable<PayloadField> {
  for (const [literal] of text.matchAll(LITERAL)) {
    if (isTemplate(literal)) continue;
    const value = unquoted(literal);
    if (isCredential(value)) yield { path: "", credential: true, origin: "literal" };
    else if (value.trimStart().startsWith("{")) yield* readPayloadText(value, false).fields;
  }
}

/** `${` starts a reference, `$${` is just text. */
const isTemplate = (literal: string): boolean => /(^|[^$])\$\{/.test(literal);

function unquoted(literal: string): string {
  return literal
    .slice(1, -1)
    .replace(/\\(.)/gs, (_, character) => (character === "n" ? "\n" : character));
}
