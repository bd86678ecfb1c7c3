import { Fn, type IResolvable } from "cdktf";
import type { IConstruct } from "constructs";
import { defined } from "../../common/defined.ts";
import type { Duration } from "./duration.ts";
import {
  checkedFor,
  DeclarationError,
  isUnknown,
  refuseReferences,
  validateChoices,
} from "./errors.ts";
import { holdsUnknown } from "./expressions.ts";
import { jsonExpression } from "./json-expression.ts";
import { withNumbersInTexts } from "./numbers-in-texts.ts";
import type { PasswordPolicy } from "./password-policy.ts";
import { resolvedOnce } from "./resolve-once.ts";
import { SensitiveInput } from "./sensitive-input.ts";
import { validateFields, validateForeign, validatePayload } from "./validate-payload.ts";

/** White space at an end, or a character that nobody sees, as Terraform writes a pattern. */
const UNSEEN = String.raw`^\\s|\\s$|[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]`;

/** Anything that JSON holds, and references; secrets only as sensitive input. */
export type PayloadValue =
  | string
  | number
  | boolean
  | null
  | IResolvable
  | SensitiveInput
  | readonly PayloadValue[]
  | { readonly [name: string]: PayloadValue };

/** An account with the password that is valid when the secret is created. */
export interface PayloadAccount {
  /** The account. */
  readonly username: string;
  /** The password that is valid when the secret is created. @default - the rotator sets the first one with an admin credential of its own, where rotator.yaml says `bootstrap: true` for the item */
  readonly currentPassword?: SensitiveInput | undefined;
}

/** What the rotator needs to know in order to rotate one credential. */
export interface RotationPayloadProps extends PayloadAccount {
  /** The system that the credential opens, as the rotator's configuration names it. */
  readonly system: string;
  /** The account whose password rotates. */
  readonly username: string;
  /**
   * The password that is valid when the secret is created: the rotator then logs in with the
   * account itself. It is sent once; afterwards each rotation replaces it.
   * @default - the rotator sets the first one with an admin credential of its own, where rotator.yaml says `bootstrap: true` for the item
   */
  readonly currentPassword?: SensitiveInput | undefined;
  /** Field in which the password travels. @default "current_password" */
  readonly passwordField?: "current_password" | "password" | undefined;
  /**
   * A second account with the same rights, for the strategy `alternating`: user name and password
   * then change together, and the account that was served before stays usable until the next
   * rotation.
   * @default - one account
   */
  readonly alternateWith?: PayloadAccount | undefined;
  /** Id of the current key, for the strategy `key-pair`; rotator.yaml lists it under `usernames`. @default - none */
  readonly keyId?: string | undefined;
  /** Name of the current key, so that the rotator can revoke it; `usernames` list it too. @default - none */
  readonly keyName?: string | undefined;
  /**
   * Policies that were declared before `passwordPolicy` was changed, the last one first, at most four:
   * the rotator then also finds a password whose answer was lost in their time. @default - none
   */
  readonly formerPolicies?: readonly PasswordPolicy[] | undefined;
  /** Further fields, which the rotator keeps as they are. @default - none */
  readonly fields?: Readonly<Record<string, PayloadValue>> | undefined;
}

/** What is declared beside the payload, and reaches the rotator only in it. */
export interface DeclaredBeside {
  /** What the next passwords look like. */
  readonly policy?: PasswordPolicy;
  /** How often the item rotates: says how far an old payload may be behind. */
  readonly interval?: Duration;
}

/** Makes a payload out of its parts; `reveal` says what becomes of a secret. */
type Content = (
  declared: DeclaredBeside,
  reveal: (input: SensitiveInput, isPassword?: boolean) => unknown,
) => unknown;

/**
 * The first payload of a secret. Everybody who may read the secret reads the whole payload:
 * administrators' credentials do not belong here.
 *
 * `new RotationPayload` makes one in the shape that the kit's own rotator accepts;
 * `RotationPayload.of` takes what another rotator expects.
 *
 * @example new RotationPayload({ system: "reporting-app", username: "svc-reporting" })
 */
export class RotationPayload {
  /**
   * A payload for another team's rotator: any JSON object, with every secret in it as sensitive
   * input. The construct does not write the password policy into it, because only that rotator knows
   * its fields, and does not check whether the rotator accepts it.
   *
   * @example RotationPayload.of({ user: "svc", key: SensitiveInput.fromEnvironment("TF_VAR_key") })
   */
  static of(fields: Readonly<Record<string, PayloadValue>>): RotationPayload {
    refuseReferences({ "the payload": fields });
    const declared = withNumbersInTexts(fields);
    validateForeign("", declared);
    return new RotationPayload(new ForeignContent((_, reveal) => revealed(declared, reveal)));
  }

  /**
   * A payload that is a secret as a whole, JSON or not: what `payload: SensitiveInput…` means.
   * @internal
   */
  static text(input: SensitiveInput): RotationPayload {
    return new RotationPayload(new ForeignContent((_, reveal) => reveal(input), true));
  }

  /** The system, as the rotator's configuration names it; undefined for another rotator. */
  readonly system: string | undefined;
  /** The accounts that the payload carries, the served one first; none for another rotator. */
  readonly usernames: readonly string[];
  /** Whether the kit's own rotator accepts it, so that its checks apply. */
  readonly forOurRotator: boolean;
  readonly #content: Content;
  readonly #isText: boolean;

  /** @throws DeclarationError `invalid_declaration` for what the rotator would refuse */
  constructor(props: RotationPayloadProps);
  /** @internal */
  constructor(content: ForeignContent);
  constructor(props: RotationPayloadProps | ForeignContent) {
    const declared = withNumbersInTexts(props);
    this.forOurRotator = !(declared instanceof ForeignContent);
    this.#isText = declared instanceof ForeignContent && declared.isText;
    if (declared instanceof ForeignContent) {
      this.usernames = [];
      this.#content = declared.content;
      return;
    }
    const { system, username, currentPassword, alternateWith, formerPolicies, fields } = declared;
    validateChoices(declared, { passwordField: ["current_password", "password"] });
    refuseReferences({ currentPassword, alternateWith, formerPolicies });
    refuseReferences({ "alternateWith's currentPassword": alternateWith?.currentPassword });
    if (isUnknown(fields)) {
      throw new DeclarationError(
        "invalid_declaration",
        "the payload's fields are a reference as a whole: give a reference for each field",
      );
    }
    this.system = system;
    this.usernames = [username, ...(alternateWith ? [alternateWith.username] : [])];
    this.#content = (beside, reveal) => ownDocument(declared, beside, reveal);
    validateFields(fields ?? {});
    // Whatever the inputs will be: the rotator refuses an empty one.
    validatePayload(this.#content({}, () => "placeholder"));
  }

  /**
   * The payload as one expression of Terraform. It is marked sensitive as a whole, so that plans
   * hide it, and hide what the provider later reads back in its place.
   * @internal
   */
  render(scope: IConstruct, declared: DeclaredBeside = {}): string {
    const document = this.#content(declared, (input) => input.bind(scope));
    if (this.#isText) return resolvedOnce(Fn.sensitive(document));
    if (this.forOurRotator) checkedFor(scope, () => validatePayload(document));
    return resolvedOnce(jsonExpression(document, "sensitive"));
  }

  /**
   * The payload as a template for a step that runs outside Terraform's state: environment
   * variables are named, other inputs are marked sensitive.
   * @internal
   */
  renderTemplate(scope: IConstruct, declared: DeclaredBeside = {}): string {
    const fields = this.#content(declared, (input) => input.bindToStep(scope));
    return jsonExpression(fields, holdsUnknown(fields) ? "sensitive" : undefined);
  }

  /**
   * Conditions on the first passwords that come from environment variables: a line end or another
   * character that nobody sees makes a password that no system has. They belong to a resource,
   * because a variable's own validation prints the value of a sensitive variable (Terraform 1.11).
   * @internal
   */
  preconditions(): { condition: string; errorMessage: string }[] {
    const names = new Set<string>();
    this.#content({}, (input, isPassword) => {
      const name = isPassword ? input.named()?.$env : undefined;
      if (name !== undefined) names.add(name);
      return "";
    });
    return [...names].map((name) => ({
      condition: `\${!can(regex("${UNSEEN}", var.${name.slice("TF_VAR_".length)}))}`,
      errorMessage: `The password in ${name} begins or ends with white space, or holds a character that cannot be seen: give it without.`,
    }));
  }

  /**
   * The payload as a template for the check after a deploy, without any secret. With `first` it
   * names the environment variables of first values, so that a wrong one can be corrected.
   * @internal
   */
  renderForCheck(declared: DeclaredBeside, first: boolean): string {
    const template = this.#content(
      declared,
      (input) => (first ? input.named() : undefined) ?? { $secret: true },
    );
    return resolvedOnce(jsonExpression(template));
  }

  /**
   * The payload without its secrets, for checks and comparisons.
   * @internal
   */
  describe(declared: DeclaredBeside = {}): unknown {
    return this.#content(declared, () => "(sensitive)");
  }
}

/** What {@link RotationPayload.of} hands to the constructor. */
class ForeignContent {
  readonly content: Content;
  readonly isText: boolean;

  constructor(content: Content, isText = false) {
    this.content = content;
    this.isText = isText;
  }
}

function ownDocument(
  props: RotationPayloadProps,
  { policy, interval }: DeclaredBeside,
  reveal: (input: SensitiveInput, isPassword?: boolean) => unknown,
): Record<string, unknown> {
  const { system, username, alternateWith, formerPolicies, fields = {} } = props;
  const { passwordField = "current_password", keyId, keyName } = props;
  const account = (given: PayloadAccount) => {
    const password = given.currentPassword && reveal(given.currentPassword, true);
    return defined({ username: given.username, password });
  };
  // Once, so that it is the same reference in both places.
  const served = account(props);
  return defined({
    system,
    username,
    [passwordField]: served.password,
    users: alternateWith && [served, account(alternateWith)],
    active: alternateWith && 0,
    key_id: keyId,
    key_name: keyName,
    policy: policy?.toPayload(),
    former_policies: formerPolicies?.map((former) => former.toPayload()),
    rotation_interval_s: secondsOf(interval),
    ...(revealed(fields, reveal) as Record<string, unknown>),
  });
}

/** An interval that only Terraform knows is left out: the payload is checked before. */
function secondsOf(interval: Duration | undefined): number | undefined {
  const minutes = interval?.toMinutes();
  return minutes === undefined || isUnknown(minutes) ? undefined : minutes * 60;
}

function revealed(value: unknown, reveal: (input: SensitiveInput) => unknown): unknown {
  if (SensitiveInput.isSensitiveInput(value)) return reveal(value);
  if (typeof value !== "object" || value === null || isUnknown(value)) return value;
  if (Array.isArray(value)) return value.map((entry) => revealed(entry, reveal));
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, revealed(entry, reveal)]),
  );
}
