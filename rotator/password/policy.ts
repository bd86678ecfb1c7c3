import * as z from "zod";

/**
 * Symbols used when a policy asks for symbols and names none: those that no URL, connection string,
 * `.pgpass`, shell, INI, XML, YAML or LDAP name treats specially (docs/reference/symbols.md).
 */
const DEFAULT_SYMBOLS = "-._";

/**
 * What a password must look like. A class that is `true` appears at least once; a class that is
 * `false` never appears. `length` counts characters.
 */
export const passwordPolicySchema = z
  .strictObject({
    length: z.int().min(8).max(256).default(32).describe("Characters of a password."),
    lowercase: z.boolean().default(true).describe("At least one of a to z; false: none."),
    uppercase: z.boolean().default(true).describe("At least one of A to Z; false: none."),
    numbers: z.boolean().default(true).describe("At least one of 0 to 9; false: none."),
    symbols: z.boolean().default(true).describe("At least one allowed symbol; false: none."),
    allowed_symbols: z
      .string()
      .regex(/^[!-/:-@[-`{-~]+$/, "only printable ASCII punctuation")
      .default(DEFAULT_SYMBOLS)
      .describe("The symbols that may appear: printable ASCII punctuation."),
  })
  .refine((policy) => policy.lowercase || policy.uppercase || policy.numbers || policy.symbols, {
    message: "at least one character class must be allowed",
  });

/** A complete password policy, every default filled in. */
export type PasswordPolicyConfig = z.output<typeof passwordPolicySchema>;

/** The policy that applies where neither the payload nor the system names one. */
export const DEFAULT_PASSWORD_POLICY: PasswordPolicyConfig = passwordPolicySchema.parse({});
