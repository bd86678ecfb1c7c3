import type { IResolvable } from "cdktf";
import * as z from "zod";
import { defined } from "../../common/defined.ts";
import { passwordPolicySchema } from "../../rotator/password/policy.ts";
import type { RotatedSecretCustomAttributes } from "../akeyless/rotated-secret-custom.ts";
import { DeclarationError, isUnknown, shownValue } from "./errors.ts";
import { textOf } from "./expressions.ts";

/** What a rotated password must look like. A class that is `true` appears at least once. */
export interface PasswordPolicyProps {
  /** Number of characters, 1 to 256; the kit's own rotator makes at least 8. @default 32 */
  readonly length?: number | undefined;
  /** a to z. @default true */
  readonly lowercase?: boolean | IResolvable | undefined;
  /** A to Z. @default true */
  readonly uppercase?: boolean | IResolvable | undefined;
  /** 0 to 9. @default true */
  readonly numbers?: boolean | IResolvable | undefined;
  /** Printable ASCII punctuation. @default true */
  readonly symbols?: boolean | IResolvable | undefined;
  /**
   * Which symbols may appear. Akeyless has no such setting: it reaches the rotator in the payload.
   * @default - punctuation that shells, URLs and connection strings leave alone
   */
  readonly allowedSymbols?: string | undefined;
}

/** The rotator's own schema, but for its shortest length: other rotators may make shorter ones. */
const schema = passwordPolicySchema.safeExtend({ length: z.int().min(1).max(256).default(32) });

/**
 * The password policy of a secret. Nothing shows that the gateway hands the item's policy to a
 * rotator, so the policy travels twice: as attributes of the item, for people and audits, and in
 * the payload, for the rotator.
 *
 * @example new PasswordPolicy({ length: 24, symbols: false })
 */
export class PasswordPolicy {
  /** A length alone, as the documentation's example has it: the item's policy stays switched off. */
  static lengthOnly(length: number): PasswordPolicy {
    return new LengthOnly({ length });
  }

  readonly #policy: Readonly<Record<string, unknown>>;

  /** @throws DeclarationError `invalid_declaration` for a policy that no password can meet */
  constructor(props: PasswordPolicyProps = {}) {
    this.#policy = complete(props);
  }

  /**
   * The `policy` field of the payload, complete.
   * @internal
   */
  toPayload(): Readonly<Record<string, unknown>> {
    return this.#policy;
  }

  /**
   * The attributes of the provider.
   * @internal
   */
  toAttributes(): Partial<RotatedSecretCustomAttributes> {
    const { length, lowercase, uppercase, numbers, symbols } = this.#policy;
    return {
      enablePasswordPolicy: "true",
      passwordLength: textOf(length),
      useLowerLetters: textOf(lowercase),
      useCapitalLetters: textOf(uppercase),
      useNumbers: textOf(numbers),
      useSpecialCharacters: textOf(symbols),
    };
  }
}

class LengthOnly extends PasswordPolicy {
  override toPayload(): Readonly<Record<string, unknown>> {
    return { length: super.toPayload().length };
  }

  override toAttributes(): Partial<RotatedSecretCustomAttributes> {
    const { passwordLength } = super.toAttributes();
    return { enablePasswordPolicy: "false", passwordLength };
  }
}

/** Every default filled in; what only Terraform knows cannot be judged. */
function complete({ allowedSymbols, ...rest }: PasswordPolicyProps): Record<string, unknown> {
  const given = defined({ ...rest, allowed_symbols: allowedSymbols });
  const entries = Object.entries(given);
  const known = Object.fromEntries(entries.filter(([, value]) => !isUnknown(value)));
  const parsed = schema.safeParse(known);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new DeclarationError(
      "invalid_declaration",
      `the password policy ${shownValue(known)} is not possible: ${[...(issue?.path ?? []), issue?.message].join(": ")}`,
      { cause: parsed.error },
    );
  }
  return { ...parsed.data, ...Object.fromEntries(entries.filter(([, value]) => isUnknown(value))) };
}
