import { Fn } from "cdktf";
import type { IConstruct } from "constructs";
import { MAX_PAYLOAD_BYTES, payloadSchema } from "../../rotator/rotation/payload.ts";
import { checkedFor, DeclarationError, isUnknown, shown } from "./errors.ts";
import type { PasswordPolicy } from "./password-policy.ts";
import { SensitiveInput } from "./sensitive-input.ts";

/** Names of fields that are likely to hold a credential. */
const CREDENTIAL_NAME = /pass(word|phrase)?|secret|token|credential|private|api_?key/i;

/** Fields that have a property of their own, or belong to the rotator. */
const RESERVED = ["system", "username", "current_password", "password", "policy", "_rotation"];

/** A value of an additional field: secrets only as sensitive input. */
export type PayloadValue = string | number | boolean | SensitiveInput;

/** What the rotator needs to know in order to rotate one credential. */
export interface RotationPayloadProps {
  /** The system that the credential opens, as the rotator's configuration names it. */
  readonly system: string;
  /** The account whose password rotates. */
  readonly username: string;
  /**
   * The password that is valid when the secret is created: the rotator then logs in with the
   * account itself. It is sent once; afterwards each rotation replaces it.
   * @default - the rotator uses an admin credential of its own for the system
   */
  readonly currentPassword?: SensitiveInput;
  /** Field in which the password travels. @default "current_password" */
  readonly passwordField?: "current_password" | "password";
  /**
   * Further fields, which the rotator keeps as they are.
   * @default - none
   */
  readonly fields?: Readonly<Record<string, PayloadValue>>;
}

/**
 * The first payload of a secret, in the shape that the rotator's own schema accepts. Everybody
 * who may read the secret reads the whole payload: administrators' credentials do not belong here.
 */
export class RotationPayload {
  readonly system: string;
  readonly username: string;
  readonly #props: RotationPayloadProps;

  constructor(props: RotationPayloadProps) {
    this.system = props.system;
    this.username = props.username;
    this.#props = props;
    for (const [name, value] of Object.entries(props.fields ?? {})) validateField(name, value);
    validateShape(this.#fields(undefined, () => "unknown"));
  }

  /**
   * The payload as one expression of Terraform. It is marked sensitive as a whole, so that plans
   * hide it, and hide what the provider later reads back in its place.
   */
  render(scope: IConstruct, policy?: PasswordPolicy): string {
    const fields = this.#fields(policy, (input) => input.bind(scope));
    checkedFor(scope, () => validateShape(fields));
    return Fn.sensitive(Fn.jsonencode(fields));
  }

  /**
   * The payload as a template for a step that runs outside Terraform's state: environment
   * variables are named, other inputs are marked sensitive.
   */
  renderTemplate(scope: IConstruct, policy?: PasswordPolicy): string {
    const fields = this.#fields(policy, (input) => input.bindToStep(scope));
    const template = Fn.jsonencode(fields);
    return isUnknown(JSON.stringify(fields)) ? Fn.sensitive(template) : template;
  }

  /** The declaration without its secrets, in a stable order: what a trigger may be made of. */
  describe(policy?: PasswordPolicy): Record<string, unknown> {
    const fields = this.#fields(policy, () => "(sensitive)");
    return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #fields(
    policy: PasswordPolicy | undefined,
    reveal: (input: SensitiveInput) => unknown,
  ): Record<string, unknown> {
    const { system, username, currentPassword, passwordField = "current_password" } = this.#props;
    const further = Object.entries(this.#props.fields ?? {}).map(([name, value]) => [
      name,
      value instanceof SensitiveInput ? reveal(value) : value,
    ]);
    return {
      system,
      username,
      ...(currentPassword === undefined ? {} : { [passwordField]: reveal(currentPassword) }),
      ...(policy === undefined ? {} : { policy: policy.toPayload() }),
      ...Object.fromEntries(further),
    };
  }
}

function validateField(name: string, value: PayloadValue): void {
  if (RESERVED.includes(name)) {
    throw new DeclarationError(
      "invalid_declaration",
      `the payload field ${shown(name)} is reserved: use the property of that name, and leave _rotation to the rotator`,
    );
  }
  if (CREDENTIAL_NAME.test(name) && typeof value === "string") {
    throw new DeclarationError(
      "invalid_declaration",
      `the payload field ${shown(name)} looks like a credential but is given as plain text: give it as SensitiveInput.fromEnvironment("TF_VAR_...")`,
    );
  }
}

function validateShape(fields: Record<string, unknown>): void {
  const parsed = payloadSchema.safeParse(fields);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join(".")}: ${issue.message}`,
    );
    throw new DeclarationError(
      "invalid_declaration",
      `the rotator would refuse this payload (${problems.join("; ")})`,
      { cause: parsed.error },
    );
  }
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === "string" && !isUnknown(value) && /[$%]\{/.test(value)) {
      throw new DeclarationError(
        "invalid_declaration",
        `the payload field ${shown(name)} holds "\${" or "%{", which Terraform would evaluate: pass such a value through a variable`,
      );
    }
  }
  const bytes = Buffer.byteLength(JSON.stringify(fields));
  if (bytes > MAX_PAYLOAD_BYTES) {
    throw new DeclarationError(
      "invalid_declaration",
      `the payload has ${bytes} bytes; the rotator accepts at most ${MAX_PAYLOAD_BYTES}`,
    );
  }
}
