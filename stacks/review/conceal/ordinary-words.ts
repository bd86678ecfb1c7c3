/**
 * Words that configurations are full of. One of them may be called a secret, as in the tag
 * `secret=production`, or be marked by Terraform; to hide it wherever it occurs would make names and
 * findings unreadable, and protect no password that is not guessed first.
 */
const ORDINARY: ReadonlySet<string> = new Set([
  ...["production", "staging", "development", "testing", "sandbox"],
  ...["default", "enabled", "disabled", "required", "optional", "internal", "external"],
  ...["primary", "secondary", "public", "private", "managed", "manual", "automatic"],
]);

/** Whether a text is such a word, in capitals or not. It stays hidden where it is marked. */
export const isOrdinaryWord = (text: string): boolean => ORDINARY.has(text.toLowerCase());
