import type * as z from "zod";
import { KitError } from "../../common/errors/kit-error.ts";
import { ExactNumber } from "../../common/json.ts";
import { schemaProblems } from "../../common/schema-problems.ts";
import { parseStrictJson, StrictJsonError } from "../../common/strict-json.ts";
import { MAX_FOREIGN_BYTES, MAX_PAYLOAD_BYTES, type Payload, payloadSchema } from "./payload.ts";

/** A payload that was read, with the text's own fields beside the checked ones. */
export interface ParsedPayload {
  readonly fields: Payload;
  /** Everything as it came, in its order. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Deepest nesting of a payload where nobody says otherwise. */
const MAX_DEPTH = 16;

/**
 * Reads a payload string; the only place that does.
 *
 * @throws KitError `payload_too_large`, `payload_invalid` with the field and what is allowed
 */
export function parsePayload(text: string, maxDepth = MAX_DEPTH): ParsedPayload {
  if (Buffer.byteLength(text) > MAX_PAYLOAD_BYTES) throw new KitError("payload_too_large");
  const raw = parseObject(text, maxDepth);
  const parsed = payloadSchema.safeParse(raw);
  if (!parsed.success) throw invalid(describe(parsed.error, raw));
  const fields = parsed.data;
  const { current_password: current, password } = fields;
  if (current !== undefined && password !== undefined && current !== password)
    throw invalid("`current_password` and `password` differ: keep one of them");
  const { _rotation, ...foreign } = raw;
  // The first rotation may put in longer secrets; from then on the size stays.
  const limit = _rotation === undefined ? MAX_FOREIGN_BYTES / 2 : MAX_FOREIGN_BYTES;
  if (Buffer.byteLength(JSON.stringify(foreign)) > limit) throw new KitError("payload_too_large");
  if (holdsInexactNumber(raw))
    throw invalid("it holds a number that cannot be kept exactly: write it as a string");
  return { fields, raw };
}

/** An error about the payload; `what` carries none of its values. */
export function invalid(what: string): KitError {
  return new KitError("payload_invalid.because", { reason: what });
}

function parseObject(text: string, maxDepth: number): Record<string, unknown> {
  const value = parseOrRefuse(text, maxDepth);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid("it is not a JSON object");
  return value as Record<string, unknown>;
}

function parseOrRefuse(text: string, maxDepth: number): unknown {
  try {
    return parseStrictJson(text, maxDepth);
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    throw invalid(`it ${error.message}`);
  }
}

function describe(error: z.ZodError, raw: unknown): string {
  return schemaProblems(error.issues, raw)
    .map(({ path, message }) => `\`${path.join(".") || "payload"}\` ${message}`)
    .join("; ");
}

/** Fields of others are kept exactly, and the rotation's answer is written with JavaScript's numbers. */
function holdsInexactNumber(value: unknown): boolean {
  if (value instanceof ExactNumber) return true;
  return (
    typeof value === "object" && value !== null && Object.values(value).some(holdsInexactNumber)
  );
}
