import { SENSITIVE, UNKNOWN, type Value } from "./model.ts";

type Maybe = Value | undefined;

/** Whether the value cannot be judged: unknown before the apply, or not to be looked into. */
export const isHidden = (value: Maybe): boolean => value === UNKNOWN || value === SENSITIVE;

/** Whether nothing is set. The provider sends an empty text for what is left out. */
export const isUnset = (value: Maybe): boolean =>
  value === undefined || value === null || value === "" || (isList(value) && value.length === 0);

/** The text, where it is known. */
export function asText(value: Maybe): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/**
 * The provider's switches are the texts "true" and "false", or booleans. What is unset is off.
 * Undefined where the value is not known.
 */
export function asFlag(value: Maybe): boolean | undefined {
  if (isHidden(value)) return undefined;
  return asText(value)?.toLowerCase() === "true";
}

/** The whole number that the value, number or text, represents; undefined where there is none. */
export function asWholeNumber(value: Maybe): number | undefined {
  const found = asText(value);
  return found !== undefined && /^-?\d{1,15}$/.test(found) ? Number(found) : undefined;
}

/** The known texts of a list; a single text counts as a list of one. */
export function asTexts(value: Maybe): string[] {
  const items: readonly Maybe[] = isList(value) ? value : [value];
  return items.flatMap((item) => asText(item) ?? []).filter((item) => item !== "");
}

/** Whether both values are known and differ; unset and empty are the same. */
export function differs(before: Maybe, after: Maybe): boolean {
  if (isHidden(before) || isHidden(after)) return false;
  return (asText(before) ?? "") !== (asText(after) ?? "");
}

const isList = (value: Maybe): value is readonly Value[] => Array.isArray(value);
