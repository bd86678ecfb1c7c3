/** Longest text of another machine that is shown, in characters. */
const LIMIT = 600;

/**
 * Text that came from another machine, made safe to show on a terminal and in one line: control
 * and formatting characters (escape sequences, line breaks, invisible and direction-changing
 * characters) become spaces, and what is too long is cut.
 */
export function plainText(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return line.length > LIMIT ? `${line.slice(0, LIMIT)}…` : line;
}
