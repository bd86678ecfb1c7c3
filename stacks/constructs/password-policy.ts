import {
  passwordPolicySchema,
  type PasswordPolicy as RotatorPolicy,
} from "../../rotator/password/policy.ts";
import type { RotatedSecretCustomAttributes } from "../akeyless/rotated-secret-custom.ts";
import { DeclarationError, shown } from "./errors.ts";

/** What a rotated password must look like. A class that is `true` appears at least once. */
export interface PasswordPolicyProps {
  /** Number of characters, 8 to 256. @default 32 */
  readonly length?: number;
  /** a to z. @default true */
  readonly lowercase?: boolean;
  /** A to Z. @default true */
  readonly uppercase?: boolean;
  /** 0 to 9. @default true */
  readonly numbers?: boolean;
  /** Printable ASCII punctuation. @default true */
  readonly symbols?: boolean;
  /**
   * Which symbols may appear. Akeyless has no such setting: it reaches the rotator in the payload.
   * @default - punctuation that shells, URLs and connection strings leave alone
   */
  readonly allowedSymbols?: string;
}

/**
 * The password policy of a secret. Nothing shows that the gateway hands the item's policy to a
 * rotator, so the policy travels twice: as attributes of the item, for people and audits, and in
 * the payload, for the rotator.
 */
export class PasswordPolicy {
  readonly #policy: RotatorPolicy;

  constructor(props: PasswordPolicyProps = {}) {
    const { allowedSymbols, ...rest } = props;
    const parsed = passwordPolicySchema.safeParse({
      ...rest,
      ...(allowedSymbols === undefined ? {} : { allowed_symbols: allowedSymbols }),
    });
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new DeclarationError(
        "invalid_declaration",
        `the password policy ${shown(props)} is not possible: ${[...(issue?.path ?? []), issue?.message].join(": ")}`,
        { cause: parsed.error },
      );
    }
    this.#policy = parsed.data;
  }

  /** The `policy` field of the payload, complete. */
  toPayload(): RotatorPolicy {
    return this.#policy;
  }

  /** The attributes of the provider. */
  toAttributes(): Partial<RotatedSecretCustomAttributes> {
    const { length, lowercase, uppercase, numbers, symbols } = this.#policy;
    return {
      enablePasswordPolicy: "true",
      passwordLength: String(length),
      useLowerLetters: String(lowercase),
      useCapitalLetters: String(uppercase),
      useNumbers: String(numbers),
      useSpecialCharacters: String(symbols),
    };
  }
}
