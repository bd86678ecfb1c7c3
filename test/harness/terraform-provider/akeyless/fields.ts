import type { TerraformValue } from "../protocol/values.ts";

/** A string attribute as the provider sends it: "" where it is not set. */
export function fieldText(value: TerraformValue | undefined): string {
  return typeof value === "string" ? value : "";
}

/** A list or set of strings as the provider sends it: [] where it is not set, never an empty one. */
export function texts(value: TerraformValue | undefined): string[] {
  return Array.isArray(value) ? value.map(fieldText).filter((item) => item !== "") : [];
}

/** Puts what was tried into the message of an error, before the status; never the answer's body. */
export async function withMessage<T>(message: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw toMessage(message, error);
  }
}

/** See {@link withMessage}. */
export function toMessage(message: string, error: unknown): Error {
  return new Error(`${message}: ${connectionMessage(error)}`, { cause: error });
}

/** fetch says only "fetch failed" and hides why in the cause. */
export function connectionMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error
    ? `${error.message}: ${connectionMessage(error.cause)}`
    : error.message || ("code" in error ? String(error.code) : error.name);
}
