import { Annotations, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { defined } from "../../common/defined.ts";
import { inTerraformNames } from "../akeyless/attributes.ts";
import { DataRotatedSecret } from "../akeyless/data-rotated-secret.ts";
import { RotatedSecretCustom } from "../akeyless/rotated-secret-custom.ts";
import { laterList } from "../akeyless/token.ts";
import { SECRET_ATTRIBUTES } from "../attributes/attributes.ts";
import { BEGINNING, IGNORED_BEGINNING } from "./beginning.ts";
import type {
  CustomRotatedSecretAttributes,
  CustomRotatedSecretProps,
  ICustomRotatedSecret,
} from "./custom-rotated-secret-props.ts";
import { allowDestroy, protectFromDelete } from "./delete-protection.ts";
import {
  checkedFor,
  isUnknown,
  refuseReferences,
  validateChoices,
  validateCounts,
} from "./errors.ts";
import { refuseExpressionsLater, sortedTexts } from "./expressions.ts";
import { claimName, declaredPath, validateId, validateItemName } from "./item-name.ts";
import { isOfKind, mark } from "./kind.ts";
import { guardLiveValue, livePayload } from "./live-value.ts";
import { onNewIdentity } from "./new-identity.ts";
import { NullStep } from "./null-step.ts";
import { withNumbersInTexts } from "./numbers-in-texts.ts";
import { type Managed, manageOutOfState, validatePayloadVersion } from "./out-of-state.ts";
import { overridesOf } from "./overrides.ts";
import { notOffered } from "./plain-settings.ts";
import { REMOVAL_POLICIES, retain } from "./removal-policy.ts";
import { RotationPayload } from "./rotation-payload.ts";
import type { SecretDeclaration } from "./secret-declaration.ts";
import { type SecretSettings, secretSettings, switchedOffAttributes } from "./secret-settings.ts";
import { SecureRemoteAccess } from "./secure-remote-access.ts";
import { SensitiveInput } from "./sensitive-input.ts";
import {
  chosenIntervalUnit,
  chosenRealisation,
  type IntervalUnit,
  REALISATIONS,
  type Realisation,
  secureRemoteAccessStage,
} from "./settings.ts";
import { validateTag } from "./tag.ts";
import type { IWebTarget } from "./web-target.ts";

/**
 * A secret whose password a rotator of your own changes.
 *
 * The payload is written when the item is created and never again: the provider reads the rotated
 * one back, and an update would otherwise overwrite it with the first one. Each plan reads the live
 * value and fails where it is not the one that an update would write. Every switch that
 * matters for security is sent explicitly. A change of target replaces the item, which delete
 * protection refuses, because the provider would only pretend to change it in place.
 *
 * @example
 * new CustomRotatedSecret(stack, "secret", {
 *   name: "/prod/reporting-app-svc",
 *   target,
 *   payload: new RotationPayload({ system: "reporting-app", username: "svc-reporting" }),
 *   schedule: RotationSchedule.every(Duration.days(30)),
 * })
 */
export class CustomRotatedSecret extends Construct implements ICustomRotatedSecret {
  /** Refers to a secret that is declared elsewhere. */
  static fromName(scope: Construct, id: string, name: string): ICustomRotatedSecret {
    return new ImportedSecret(scope, id, { name });
  }

  /** Refers to a secret that is declared elsewhere, by everything that is known of it. */
  static fromCustomRotatedSecretAttributes(
    scope: Construct,
    id: string,
    attributes: CustomRotatedSecretAttributes,
  ): ICustomRotatedSecret {
    return new ImportedSecret(scope, id, attributes);
  }

  /** Whether the value is a secret declared here, by this copy of the kit or another one. */
  static isCustomRotatedSecret(value: unknown): value is CustomRotatedSecret {
    return isOfKind(value, "CustomRotatedSecret");
  }

  readonly rotatedSecretName: string;
  /** The name with one leading slash: how Akeyless stores it, and how a rotator sees it. */
  readonly itemPath: string;
  /**
   * The provider's resource, for what this construct does not offer; out of state, the step that
   * applies the settings.
   */
  readonly resource: TerraformResource;
  /** What a step that uses the item waits for: the resource, and the guard of its value. */
  readonly ready: readonly TerraformResource[];
  /** A reference that Terraform does not know yet when the item is created or replaced. */
  readonly existence: string;
  readonly #props: CustomRotatedSecretProps;
  readonly #settings: SecretSettings;
  readonly #payload: RotationPayload;
  readonly #addedTags: string[] = [];
  /** What no Aspect can change. */
  #described: Pick<SecretDeclaration, "settings" | "payload"> | undefined;

  constructor(scope: Construct, id: string, props: CustomRotatedSecretProps) {
    super(scope, id);
    const declared = withNumbersInTexts(props);
    mark(this, "CustomRotatedSecret");
    checkedFor(this, () => validateId(this));
    const { target, payload, schedule, passwordPolicy, secureRemoteAccess } = declared;
    checkedFor(this, () =>
      refuseReferences({ target, payload, schedule, passwordPolicy, secureRemoteAccess }),
    );
    this.#props = declared;
    this.#payload = SensitiveInput.isSensitiveInput(payload)
      ? RotationPayload.text(payload)
      : payload;
    checkedFor(this, () =>
      (isUnknown(declared.tags) ? [] : (declared.tags ?? [])).forEach(validateTag),
    );
    checkedFor(this, () => this.validate(declared));
    this.itemPath = declaredPath(declared.name);
    checkedFor(this, () => claimName(this, "item", this.itemPath));
    this.#settings = checkedFor(this, () =>
      secretSettings(
        declared,
        this.#intervalUnit,
        secureRemoteAccessStage(this.node),
        this.#realisation,
      ),
    );
    refuseExpressionsLater(this, { ...this.#settings, tags: declared.tags });
    checkedFor(this, () => declared.target.rotator?.check(this.describe()));
    const { resource, name, ready, existence, life } =
      this.#realisation === "provider"
        ? this.createResource(declared, this.#settings)
        : this.createSteps(declared);
    const identity = { item: this.itemPath, target: declared.target.targetName };
    if (this.#protectedFromDelete) protectFromDelete(resource, identity, life);
    else allowDestroy(this, resource, identity, life);
    this.resource = resource;
    this.ready = ready ?? [resource];
    this.existence = existence;
    this.node.defaultChild = resource;
    this.rotatedSecretName = name;
  }

  /** The target as it was declared. */
  get target(): IWebTarget {
    return this.#props.target;
  }

  /** Adds tags to those already declared. */
  addTags(...tags: string[]): void {
    this.#addedTags.push(...withNumbersInTexts(tags));
  }

  /** Everything that was declared, without secrets: what checks and comparisons are made of. */
  describe(): SecretDeclaration {
    this.#described ??= {
      settings: inTerraformNames(this.#settings),
      payload: this.#payload.describe(this.#besidePayload),
    };
    const { settings, payload } = this.#described;
    return {
      item: this.itemPath,
      intervalUnit: this.#intervalUnit,
      settings: {
        ...settings,
        target_name: this.#props.target.targetPath,
        ...defined({ tags: this.#tagsOrNone }),
        ...overridesOf(this.resource, SETTING_NAMES),
      },
      payload,
      forOurRotator: this.#payload.forOurRotator,
    };
  }

  /**
   * The payload as a template for the check after a deploy: it names the environment variables of
   * first passwords, holds no other secret, and sends none where an item was taken over.
   * @internal
   */
  payloadTemplate(): string {
    return this.#payload.renderForCheck(this.#besidePayload, this.#props.adoptExisting !== true);
  }

  /**
   * The settings of Secure Remote Access that a later deploy switches on, in the provider's spelling;
   * undefined where nothing is staged.
   * @internal
   */
  stagedAccess(): Readonly<Record<string, unknown>> | undefined {
    const { secureRemoteAccess: access } = this.#props;
    if (access === undefined || secureRemoteAccessStage(this.node) !== "staged") return undefined;
    return inTerraformNames(SecureRemoteAccess.toAttributes(access, "enabled"));
  }

  protected validate(props: CustomRotatedSecretProps): void {
    validateChoices(props, CHOICES);
    validateItemName("the secret", props.name);
    const { timeoutSec, maxVersions, lockMinutes } = props;
    validateCounts({ timeoutSec, maxVersions, lockMinutes });
    validatePayloadVersion(props.payloadVersion, this.#realisation);
    if (props.forceDelete === true && this.#realisation === "provider") {
      throw notOffered("forceDelete", true, "force-delete");
    }
    if (props.schedule.interval !== undefined && chosenIntervalUnit(this.node) === undefined) {
      Annotations.of(this).addWarning(
        `the interval of ${props.schedule.interval} is sent in days, as the documentation says, but some servers count in minutes: choose the intervalUnit with applySettings, and let a RotationCheck compare it after the deploy`,
      );
    }
  }

  protected createResource(props: CustomRotatedSecretProps, settings: SecretSettings): Managed {
    if (props.removalPolicy === "retain") {
      const existing = new DataRotatedSecret(this, "RetainedItemMustExist", {
        name: this.itemPath,
      });
      return retain(this, "secret", this.itemPath, [existing]);
    }
    // Two spellings of one name are not a change, though the provider would replace the item. A change
    // of target is one, though the provider plans it in place and never sends it.
    const precondition = props.adoptExisting ? [] : this.#payload.preconditions();
    const identity = new NullStep(this, "Identity", {
      triggers: { item: this.itemPath, target: props.target.targetName, ...BEGINNING },
      lifecycle: {
        ignoreChanges: [IGNORED_BEGINNING],
        ...defined({ precondition: precondition.length > 0 ? precondition : undefined }),
      },
    });
    const payload = props.adoptExisting
      ? livePayload(this, this.itemPath)
      : this.#payload.render(this, this.#besidePayload);
    const secret = new RotatedSecretCustom(this, "Resource", {
      name: props.name,
      targetName: props.target.targetName,
      customPayload: payload,
      tags: laterList(() => this.#tagsOrNone),
      ...settings,
      lifecycle: {
        ignoreChanges: [
          "name",
          ...(props.adoptExisting ? [] : ["custom_payload"]),
          ...switchedOffAttributes(props),
        ],
        ...onNewIdentity(identity, props.adoptExisting === true),
      },
    });
    if (props.adoptExisting) secret.importFrom(this.itemPath);
    const existence = new NullStep(this, "Existence", {
      triggers: { item: secret.id, ...BEGINNING },
      lifecycle: { ignoreChanges: [IGNORED_BEGINNING] },
    });
    const guards = props.adoptExisting
      ? []
      : [guardLiveValue(this, secret, existence, this.itemPath)];
    return {
      resource: secret,
      name: secret.name,
      existence: secret.id,
      ready: [secret, ...guards],
      life: { step: existence, identity },
    };
  }

  protected createSteps(props: CustomRotatedSecretProps): Managed {
    return manageOutOfState(this, {
      kind: "secret",
      name: props.name,
      settings: () => this.describe().settings,
      targetName: props.target.targetName,
      payloadTemplate: this.#payload.renderTemplate(this, this.#besidePayload),
      retain: props.removalPolicy === "retain",
      forceDelete: props.forceDelete === true,
      ...defined({ payloadVersion: props.payloadVersion }),
    });
  }

  /** Whether the plan refuses; a reference is known too late for that. */
  get #protectedFromDelete(): boolean {
    const { deleteProtection = true, removalPolicy } = this.#props;
    return deleteProtection === true && removalPolicy !== "retain";
  }

  get #realisation(): Realisation {
    return this.#props.realisation ?? chosenRealisation(this.node);
  }

  /** What the rotator has to know of the item, and learns from the payload alone. */
  get #besidePayload() {
    const { passwordPolicy: policy, schedule } = this.#props;
    return defined({ policy, interval: schedule.interval });
  }

  get #intervalUnit(): IntervalUnit {
    return chosenIntervalUnit(this.node) ?? "days";
  }

  get #tagsOrNone(): string[] | undefined {
    const tags = this.#sortedTags();
    return tags.length > 0 ? tags : undefined;
  }

  #sortedTags(): string[] {
    return sortedTexts(this.#props.tags ?? [], this.#addedTags);
  }
}

/** What is decided at synth, so that no reference can decide it. */
const CHOICES = {
  adoptExisting: [true, false],
  forceDelete: [true, false],
  removalPolicy: REMOVAL_POLICIES,
  realisation: REALISATIONS,
};

const SETTING_NAMES = SECRET_ATTRIBUTES.map(({ name }) => name);

class ImportedSecret extends Construct implements ICustomRotatedSecret {
  readonly rotatedSecretName: string;
  readonly itemPath: string;

  constructor(scope: Construct, id: string, attributes: CustomRotatedSecretAttributes) {
    super(scope, id);
    const { name } = withNumbersInTexts(attributes);
    checkedFor(this, () => validateItemName("the secret", name));
    this.rotatedSecretName = name;
    this.itemPath = declaredPath(name);
  }
}
