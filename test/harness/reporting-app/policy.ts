/** What the application asks of a new password; it knows nothing of anybody else's policy. */
export interface ApplicationPolicy {
  readonly minimumLength: number;
  readonly maximumLength: number;
  /** At least one of each kind that is named. */
  readonly required: readonly ("lowercase" | "uppercase" | "number" | "symbol")[];
  /** Characters that the application cannot store. */
  readonly forbidden: string;
}

/** The default: 12 to 64 characters, lower case, upper case and a number, no quotes or backslash. */
export const DEFAULT_APPLICATION_POLICY: ApplicationPolicy = {
  minimumLength: 12,
  maximumLength: 64,
  required: ["lowercase", "uppercase", "number"],
  forbidden: "\"'\\ ",
};

const KINDS = { lowercase: /[a-z]/, uppercase: /[A-Z]/, number: /[0-9]/, symbol: /[^A-Za-z0-9]/ };

/** The sentence that explains why the policy refuses `password`; undefined when it does not. */
export function policyViolation(password: string, policy: ApplicationPolicy): string | undefined {
  if (password.length < policy.minimumLength || password.length > policy.maximumLength)
    return `the password must have ${policy.minimumLength} to ${policy.maximumLength} characters`;
  const missing = policy.required.find((kind) => !KINDS[kind].test(password));
  if (missing) return `the password must contain at least one ${missing}`;
  if ([...policy.forbidden].some((character) => password.includes(character)))
    return "the password contains a character that is not allowed";
  return undefined;
}
