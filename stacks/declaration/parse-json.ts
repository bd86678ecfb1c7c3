import { readFileSync } from "node:fs";
import type * as z from "zod";
import { readJson } from "../../common/json.ts";
import { OperationsError } from "../operations/errors.ts";

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
    throw new OperationsError("declaration_invalid", `${source} is not JSON`);
  }
  const result = schema.safeParse(document);
  if (result.success) return result.data;
  const issues = result.error.issues.map(
    (issue) => `${issue.path.join(".") || "the document"}: ${issue.message}`,
  );
  throw new OperationsError("declaration_invalid", `${source} does not fit: ${issues.join("; ")}`);
}

/** A text file, whole. */
export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new OperationsError("declaration_invalid", `${file} cannot be read`, { cause: error });
  }
}
