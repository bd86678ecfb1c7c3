import { isUtf8 } from "node:buffer";
import { readJsonToShow } from "../../../common/json.ts";

/** How deep a structure is looked into for its shape; what is deeper counts as not judged. */
export const MAX_DEPTH = 64;

/**
 * Every text and number inside of a value, with the keys of its maps, at any depth. Without
 * recursion: a plan may nest deeper than the stack is long.
 */
export function* leavesOf(value: unknown): Generator<string> {
  const waiting = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === "string") yield next;
    else if (typeof next === "number") yield String(next);
    else if (typeof next === "object" && next !== null) {
      for (const [key, inner] of Object.entries(next)) {
        if (!Array.isArray(next)) yield key;
        waiting.push(inner);
      }
    }
  }
}

/** The document inside of a text that looks like JSON; undefined where it is none. */
export function jsonInside(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value = readJsonToShow(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What Base64 spells, if it is text. */
export function base64Inside(text: string): string | undefined {
  const digits = text.replace(/={1,2}$/, "");
  if (digits.length < 8 || /[^\w+/-]/.test(digits)) return undefined;
  const bytes = Buffer.from(text, "base64");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they tell bytes from text.
  if (!isUtf8(bytes) || /[\0-\x08\x0e-\x1f\x7f]/.test(bytes.toString())) return undefined;
  return bytes.toString();
}
