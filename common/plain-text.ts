/** Longest text of another machine that is shown, in characters. */
const LIMIT = 600;

/** Text that came from another machine, safe to show, and cut where it is too long. */
export function plainText(text: string): string {
  const line = oneLine(text);
  return line.length > LIMIT ? `${line.slice(0, LIMIT)}…` : line;
}

/**
 * Text as one line that cannot steer a terminal: control and formatting characters (escape
 * sequences, line breaks, invisible and direction-changing characters) become spaces.
 */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
}
