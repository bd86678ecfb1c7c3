import { DeclarationError, isUnknown, shown } from "./errors.ts";

/**
 * Refuses names that Akeyless would store differently from how they are written, or that people
 * cannot tell apart. A leading slash may be left out: Akeyless stores every name with one.
 */
export function validateItemName(what: string, name: string): void {
  if (isUnknown(name)) return;
  const segments = name.replace(/^\//, "").split("/");
  if (segments.some((segment) => segment.trim() !== segment || segment === "")) {
    throw new DeclarationError(
      "invalid_declaration",
      `${what} is named ${shown(name)}; allowed are names such as "/prod/app", without empty parts, a slash at the end, or spaces around a part`,
    );
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\u0000-\u001f\u007f]/.test(name)) {
    throw new DeclarationError(
      "invalid_declaration",
      `${what} is named ${shown(name)}, which holds a control character`,
    );
  }
}

/** The name as Akeyless stores it and as a rotator sees it: with one leading slash. */
export const itemPath = (name: string): string =>
  isUnknown(name) || name.startsWith("/") ? name : `/${name}`;
