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

/**
 * A secret text, and every text inside of it, at any depth: in JSON, in Base64, and after the scheme
 * of an HTTP header. What lies inside may be shown elsewhere without its cover.
 */
export function* textsInside(text: string): Generator<string> {
  // Each text inside is shorter than the one around it, so there is an end.
  const waiting = [text];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    const json = jsonInside(next);
    if (json !== undefined) waiting.push(...leavesOf(json));
    const [, scheme, value] = /^(basic|bearer|token)\s+(\S+)$/i.exec(next) ?? [];
    if (value !== undefined) waiting.push(value);
    const decoded = base64Inside(value ?? next);
    if (decoded === undefined) continue;
    waiting.push(decoded);
    if (/basic/i.test(scheme ?? "")) waiting.push(decoded.slice(decoded.indexOf(":") + 1));
  }
}

/** What Base64 spells, if it is text. */
export function base64Inside(text: string): string | undefined {
  if (!/^[\w+/-]{8,}={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they tell bytes from text.
  if (!isUtf8(bytes) || /[\0-\x08\x0e-\x1f\x7f]/.test(bytes.toString())) return undefined;
  return bytes.toString();
}
