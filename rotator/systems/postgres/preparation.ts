import { contains, LEFT_TO_RIGHT, PROHIBITED, RIGHT_TO_LEFT } from "./stringprep.ts";

/**
 * Whether PostgreSQL's server and its own clients use a password as it is because SASLprep (RFC 4013)
 * does not allow it: it holds a prohibited character, mixes directions of writing, or nothing is left
 * of it. pg prepares it all the same. Like PostgreSQL (saslprep.c), this looks at the characters before
 * they are normalized, where the RFC looks at them afterwards.
 */
export function isUsedAsItIs(password: string): boolean {
  if (IS_ASCII.test(password)) return false;
  const text = password.replace(NON_ASCII_SPACE, " ").replace(MAPPED_TO_NOTHING, "");
  const characters = [...text].map((character) => character.codePointAt(0) ?? 0);
  const isRightToLeft = (character: number | undefined) =>
    character !== undefined && contains(RIGHT_TO_LEFT, character);
  if (characters.length === 0) return true;
  if (characters.some((character) => contains(PROHIBITED, character))) return true;
  if (!characters.some(isRightToLeft)) return false;
  return (
    characters.some((character) => contains(LEFT_TO_RIGHT, character)) ||
    !isRightToLeft(characters.at(0)) ||
    !isRightToLeft(characters.at(-1))
  );
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII holds them
const IS_ASCII = /^[\x00-\x7f]*$/;

/** RFC 3454, table C.1.2. */
const NON_ASCII_SPACE = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/gu;

/** RFC 3454, table B.1; one by one, because they join with their neighbors. */
const MAPPED_TO_NOTHING =
  /\u00ad|\u034f|\u1806|\u180b|\u180c|\u180d|\u200c|\u200d|\u2060|[\ufe00-\ufe0f]|\ufeff/gu;
