import { Annotations, TerraformStack, TerraformVariable, Tokenization } from "cdktf";
import type { IConstruct } from "constructs";
import { variableReference } from "../akeyless/token.ts";
import { DeclarationError, isUnknown, shownValue } from "./errors.ts";
import { isOfKind, mark } from "./kind.ts";

const PREFIX = "TF_VAR_";

/** Names that Terraform refuses for variables, because a `module` block has arguments of these names. */
const TERRAFORM_WORDS = new Set(
  "source version providers count for_each lifecycle depends_on locals".split(" "),
);

/**
 * A secret value that a declaration needs: it reaches Terraform without ever being part of the
 * synthesized files.
 *
 * @example SensitiveInput.fromEnvironment("TF_VAR_reporting_app_password")
 */
export abstract class SensitiveInput {
  /** Whether the value is a sensitive input, of this copy of the kit or another one. */
  static isSensitiveInput(value: unknown): value is SensitiveInput {
    return isOfKind(value, "SensitiveInput");
  }

  /** What a plain text lacks, so that the compiler refuses one. */
  readonly sensitive = true;

  constructor() {
    mark(this, "SensitiveInput");
  }

  /** A variable of your own; it must be declared with `sensitive: true`. */
  static fromVariable(variable: TerraformVariable): SensitiveInput {
    requireSensitive(variable);
    return new ReferenceInput(variable.stringValue);
  }

  /**
   * An environment variable that Terraform reads when it plans: `TF_VAR_reporting_app_password`.
   * The stack gets a sensitive variable of that name; Terraform asks for it when it is not set.
   */
  static fromEnvironment(name: string): SensitiveInput {
    if (!/^TF_VAR_[a-z_][a-z0-9_]*$/i.test(name)) {
      throw new DeclarationError(
        "invalid_declaration",
        `${shownValue(name)} is not an environment variable that Terraform reads: its name starts with ${PREFIX}, then letters, digits and underscores, for example TF_VAR_reporting_app_password`,
      );
    }
    const variable = name.slice(PREFIX.length);
    if (TERRAFORM_WORDS.has(variable)) {
      throw new DeclarationError(
        "invalid_declaration",
        `${shownValue(name)} needs a variable ${shownValue(variable)}, but ${shownValue(variable)} means something else to Terraform: choose another name`,
      );
    }
    return new EnvironmentInput(name);
  }

  /** An attribute of another resource, for example `randomPassword.result`. */
  static fromReference(reference: string): SensitiveInput {
    if (!isUnknown(reference)) {
      throw new DeclarationError(
        "invalid_declaration",
        "fromReference takes an attribute of another resource, not a text: use fromEnvironment or fromVariable",
      );
    }
    return new ReferenceInput(reference);
  }

  /**
   * The secret itself, in clear, in your code, in cdk.tf.json and in every plan. For throw-away
   * demonstrations only: synth warns about each use.
   */
  static unsafePlainText(value: string): SensitiveInput {
    return new PlainTextInput(value);
  }

  /**
   * The token or text to put into a resource of the stack that `scope` belongs to.
   * @internal
   */
  abstract bind(scope: IConstruct): string;

  /**
   * How a step may name the environment variable; undefined where there is none.
   * @internal
   */
  named(): { readonly $env: string } | undefined {
    return undefined;
  }

  /**
   * What to put into the payload's template of a step (`rotation-kit item apply`). An environment
   * variable is only named there, so that not even a plan file holds its value.
   * @internal
   */
  bindToStep(scope: IConstruct): string | { readonly $env: string } {
    return this.bind(scope);
  }
}

class ReferenceInput extends SensitiveInput {
  readonly #reference: string;

  constructor(reference: string) {
    super();
    this.#reference = reference;
  }

  override bind(scope: IConstruct): string {
    requireSameStack(scope, this.#reference);
    return this.#reference;
  }
}

class EnvironmentInput extends SensitiveInput {
  readonly #name: string;

  constructor(name: string) {
    super();
    this.#name = name;
  }

  override bind(scope: IConstruct): string {
    return variableReference(sensitiveVariable(scope, this.#name));
  }

  override bindToStep(): { readonly $env: string } {
    return this.named();
  }

  override named(): { readonly $env: string } {
    return { $env: this.#name };
  }
}

class PlainTextInput extends SensitiveInput {
  readonly #value: string;

  constructor(value: string) {
    super();
    this.#value = value;
  }

  override bind(scope: IConstruct): string {
    Annotations.of(scope).addWarning(
      "a secret is declared in plain text: anybody who reads the code, cdk.tf.json or a plan can read it; use SensitiveInput.fromEnvironment",
    );
    return this.#value;
  }
}

function requireSensitive(variable: TerraformVariable): void {
  if (variable.sensitive === true) return;
  throw new DeclarationError(
    "invalid_declaration",
    `the variable ${shownValue(variable.node.id)} is not sensitive: declare it with sensitive: true, so that Terraform hides its value`,
  );
}

/** cdktf hands a value from stack to stack through an output, which the other state then holds. */
function requireSameStack(scope: IConstruct, reference: string): void {
  const stack = TerraformStack.of(scope);
  for (const token of Tokenization.reverseString(reference).tokens) {
    const origin = "originStack" in token ? token.originStack : undefined;
    if (!TerraformStack.isStack(origin) || origin === stack) continue;
    throw new DeclarationError(
      "invalid_declaration",
      `a secret of the stack ${shownValue(origin.node.id)} is used in ${shownValue(stack.node.id)}: cdktf would copy it into both states; give each stack an input of its own`,
    );
  }
}

function sensitiveVariable(scope: IConstruct, environmentName: string): TerraformVariable {
  const stack = TerraformStack.of(scope);
  const name = environmentName.slice(PREFIX.length);
  const existing = stack.node.tryFindChild(name);
  if (existing instanceof TerraformVariable) {
    requireSensitive(existing);
    return existing;
  }
  if (existing !== undefined) {
    throw new DeclarationError(
      "invalid_declaration",
      `${environmentName} needs a variable ${shownValue(name)}, but the stack has a construct of that id already: rename one of them`,
    );
  }
  const variable = new TerraformVariable(stack, name, {
    type: "string",
    sensitive: true,
    nullable: false,
    description: `Read from ${environmentName}`,
  });
  variable.overrideLogicalId(name);
  return variable;
}
