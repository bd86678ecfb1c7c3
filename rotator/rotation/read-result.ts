import type { Credential } from "../systems/system.ts";

/** The members that results of a system's verbs can have. */
interface Result {
  readonly result: string;
  readonly reason?: string;
  readonly key?: Credential;
}

/** The one result that brings something with it, and is worth nothing without. */
const BRINGS_KEY = "created";

/**
 * A copy of what a verb resulted in, or undefined where it is none of these results. A system may be
 * anybody's module: nothing of it is believed, and nothing of it is looked at again later. A secret
 * that is no text would not even be found in a line of the log.
 */
export function readResult<T extends Result>(
  value: unknown,
  results: readonly T["result"][],
): T | undefined {
  try {
    const { result, reason, key } = value as Record<keyof Result, unknown>;
    if (typeof result !== "string" || !results.includes(result)) return undefined;
    if (reason !== undefined && typeof reason !== "string") return undefined;
    const read = { result, ...(reason !== undefined && { reason: publicReason(reason) }) };
    if (result !== BRINGS_KEY) return read as T;
    const { username, password } = key as Record<keyof Credential, unknown>;
    if (!isText(username) || !isText(password)) return undefined;
    return { ...read, key: { username, password } } as unknown as T;
  } catch {
    return undefined; // not even an object, or one whose members throw
  }
}

/** Reasons reach logs: they are short codes, never what a target has answered. */
function publicReason(reason: string): string {
  return /^\w{1,64}$/.test(reason) ? reason : "reason_withheld";
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
