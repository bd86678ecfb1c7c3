import { Fn } from "cdktf";
import type { IConstruct } from "constructs";
import { KitError } from "../../common/errors/kit-error.ts";
import { parsePayload } from "../../rotator/rotation/parse-payload.ts";
import { usersOf } from "../../rotator/rotation/strategies/alternating.ts";
import { checkedFor, DeclarationError, shown, withoutUndefined } from "./errors.ts";
import { holdsUnknown, jsonExpression, refuseExpressions } from "./expressions.ts";
import type { PasswordPolicy } from "./password-policy.ts";
import { resolvedOnce } from "./resolve-once.ts";
import { SensitiveInput } from "./sensitive-input.ts";

/** Names of fields that are likely to hold a credential. */
const CREDENTIAL_NAME = /pass(word|phrase)?|secret|token|credential|private|api_?key/i;

/** Fields that have a property of their own, or belong to the rotator. */
const RESERVED = new Set(
  "system username current_password password policy users active key_id key_name _rotation __proto__".split(
    " ",
  ),
);

/** A value of an additional field: secrets only as sensitive input. */
export type PayloadValue = string | number | boolean | SensitiveInput;

/** An account with the password that is valid when the secret is created. */
export interface PayloadAccount {
  /** The account. */
  readonly username: string;
  /** The password that is valid when the secret is created. @default - the rotator sets the first one with an admin credential of its own, where rotator.yaml says `bootstrap: true` for the item */
  readonly currentPassword?: SensitiveInput;
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
  readonly currentPassword?: SensitiveInput;
  /** Field in which the password travels. @default "current_password" */
  readonly passwordField?: "current_password" | "password";
  /**
   * A second account with the same rights, for the strategy `alternating`: user name and password
   * then change together, and the account that was served before stays usable until the next
   * rotation.
   * @default - one account
   */
  readonly alternateWith?: PayloadAccount;
  /** Id of the current key, for the strategy `key-pair`; rotator.yaml lists it under `usernames`. @default - none */
  readonly keyId?: string;
  /** Name of the current key, so that the rotator can revoke it; `usernames` list it too. @default - none */
  readonly keyName?: string;
  /** Further fields, which the rotator keeps as they are. @default - none */
  readonly fields?: Readonly<Record<string, PayloadValue>>;
}

/**
 * The first payload of a secret, in the shape that the rotator's own parser accepts. Everybody who
 * may read the secret reads the whole payload: administrators' credentials do not belong here.
 */
export class RotationPayload {
  /** The system, as the rotator's configuration names it. */
  readonly system: string;
  /** The accounts that the payload carries, the served one first. */
  readonly usernames: readonly string[];
  readonly #props: RotationPayloadProps;

  constructor(props: RotationPayloadProps) {
    const { system, username, alternateWith, fields } = props;
    this.system = system;
    this.usernames = [username, ...(alternateWith ? [alternateWith.username] : [])];
    this.#props = props;
    for (const [name, value] of Object.entries(fields ?? {})) validateField(name, value);
    // Whatever the inputs will be: the rotator refuses an empty one.
    validate(this.#document(undefined, () => "placeholder"));
  }

  /**
   * The payload as one expression of Terraform. It is marked sensitive as a whole, so that plans
   * hide it, and hide what the provider later reads back in its place.
   */
  render(scope: IConstruct, policy?: PasswordPolicy): string {
    const document = this.#document(policy, (input) => input.bind(scope));
    checkedFor(scope, () => validate(document));
    return resolvedOnce(Fn.sensitive(jsonExpression(document)));
  }

  /**
   * The payload as a template for a step that runs outside Terraform's state: environment
   * variables are named, other inputs are marked sensitive.
   */
  renderTemplate(scope: IConstruct, policy?: PasswordPolicy): string {
    const fields = this.#document(policy, (input) => input.bindToStep(scope));
    const template = jsonExpression(fields);
    return holdsUnknown(fields) ? Fn.sensitive(template) : template;
  }

  /** The payload without its secrets, for checks and comparisons. */
  describe(policy?: PasswordPolicy): Record<string, unknown> {
    return this.#document(policy, () => "(sensitive)");
  }

  #document(
    policy: PasswordPolicy | undefined,
    reveal: (input: SensitiveInput) => unknown,
  ): Record<string, unknown> {
    const { system, username, alternateWith, fields = {} } = this.#props;
    const { passwordField = "current_password", keyId, keyName } = this.#props;
    const account = (props: PayloadAccount) => {
      const password = props.currentPassword && reveal(props.currentPassword);
      return withoutUndefined({ username: props.username, password });
    };
    // Once, so that it is the same reference in both places.
    const served = account(this.#props);
    const further = Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof SensitiveInput ? reveal(value) : value,
    ]);
    return withoutUndefined({
      system,
      username,
      [passwordField]: served.password,
      users: alternateWith && [served, account(alternateWith)],
      active: alternateWith && 0,
      key_id: keyId,
      key_name: keyName,
      policy: policy?.toPayload(),
      ...Object.fromEntries(further),
    });
  }
}

function validateField(name: string, value: PayloadValue): void {
  refuseExpressions("the name of a payload field", name);
  if (RESERVED.has(name)) {
    throw new DeclarationError(
      "invalid_declaration",
      `the payload field ${shown(name)} is reserved: use the property for it, and leave _rotation to the rotator`,
    );
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new DeclarationError(
      "invalid_declaration",
      `the payload field ${shown(name)} is ${value}, which JSON cannot hold`,
    );
  }
  if (CREDENTIAL_NAME.test(name) && typeof value === "string") {
    throw new DeclarationError(
      "invalid_declaration",
      `the payload field ${shown(name)} looks like a credential but is given as plain text: give it as SensitiveInput.fromEnvironment("TF_VAR_...")`,
    );
  }
}

/** Lets the rotator's own parser judge; what only Terraform knows counts as a text. */
function validate(document: Record<string, unknown>): void {
  const text = JSON.stringify(document);
  try {
    const payload = parsePayload(text);
    if (payload.fields.users) usersOf(payload);
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    throw new DeclarationError(
      "invalid_declaration",
      `the rotator would refuse this payload. ${error.message}`,
      { cause: error },
    );
  }
  for (const [name, value] of Object.entries(document)) {
    refuseExpressions(`the payload field ${shown(name)}`, value);
  }
}
