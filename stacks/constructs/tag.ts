import { DeclarationError, isUnknown, shownValue } from "./errors.ts";

/** Refuses a tag that nobody can see, or that breaks a line. */
export function validateTag(tag: string): void {
  if (isUnknown(tag) || (tag.trim() !== "" && !/\p{Cc}/u.test(tag))) return;
  throw new DeclarationError(
    "invalid_declaration",
    `the tag ${shownValue(tag)} is not possible: give a text on one line`,
  );
}
