const LONGEST = 120;

/** Control, bidirectional and zero-width characters, and what else reorders or hides text. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/gu;

/**
 * A name, host or path as a message shows it: quoted, on one line, of bounded length, and without
 * characters that could forge output. Never for payload values or whole URLs.
 */
export function shown(value: string): string {
  const short = value.length > LONGEST ? `${value.slice(0, LONGEST - 3)}...` : value;
  return `"${short.replace(/["\\]/g, "\\$&").replace(UNPRINTABLE, escaped)}"`;
}

/** Several of them, at most five by name. */
export function shownAll(values: readonly string[]): string {
  const named = values.slice(0, 5).map(shown).join(", ");
  return values.length > 5 ? `${named} and ${values.length - 5} more` : named;
}

const escaped = (character: string): string =>
  `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
