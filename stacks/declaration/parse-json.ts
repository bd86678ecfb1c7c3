import { readFileSync } from "node:fs";
import type * as z from "zod";
import { KitError } from "../../common/errors/kit-error.ts";
import { readJson } from "../../common/json.ts";
import { readFailure } from "../../common/read-failure.ts";
import { schemaProblems } from "../../common/schema-problems.ts";

/**
 * Parses JSON that somebody wrote or generated; `source` says where it came from. Numbers are kept
 * exactly.
 */
export function parseJson<Schema extends z.ZodType>(
  schema: Schema,
  json: string,
  source: string,
): z.output<Schema> {
  let document: unknown;
  try {
    document = readJson(json);
  } catch {
    // The parser's message quotes the text, which may hold what was put there by mistake.
    throw new KitError("declaration_invalid.not_json", { source });
  }
  const result = schema.safeParse(document);
  if (result.success) return result.data;
  const problems = schemaProblems(result.error.issues, document)
    .map(({ path, message }) => `${path.map(String).join(".") || "the document"} ${message}`)
    .join("; ");
  throw new KitError("declaration_invalid", { source, problems });
}

/** A text file, whole. */
export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const reason = readFailure(error);
    throw new KitError("declaration_invalid.unreadable", { file, reason }, { cause: error });
  }
}
