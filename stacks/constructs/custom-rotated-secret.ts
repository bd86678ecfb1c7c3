import { Annotations, Lazy, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { inTerraformNames } from "../akeyless/attributes.ts";
import { RotatedSecretCustom } from "../akeyless/rotated-secret-custom.ts";
import { checkedFor, DeclarationError, validateCounts } from "./errors.ts";
import { itemPath, validateItemName } from "./item-name.ts";
import { NullStep } from "./null-step.ts";
import { type Realised, realiseOutOfState, validatePayloadVersion } from "./out-of-state.ts";
import type { PasswordPolicy } from "./password-policy.ts";
import type { RotationPayload } from "./rotation-payload.ts";
import type { RotationSchedule } from "./rotation-schedule.ts";
import { type SecretSettings, secretSettings } from "./secret-settings.ts";
import type { SecureRemoteAccess } from "./secure-remote-access.ts";
import {
  chosenIntervalUnit,
  chosenRealisation,
  type IntervalUnit,
  type Realisation,
  secureRemoteAccessStage,
} from "./settings.ts";
import { terraformAddress } from "./terraform-address.ts";
import type { IWebTarget } from "./web-target.ts";

/** A custom rotated secret, declared here or elsewhere. */
export interface ICustomRotatedSecret {
  /** The name under which applications read the secret. */
  readonly rotatedSecretName: string;
}

/** Properties of {@link CustomRotatedSecret}. */
export interface CustomRotatedSecretProps {
  /** Path of the item in Akeyless, `/prod/reporting-app-svc`. A change replaces the item and loses its versions. */
  readonly name: string;
  /** The Web Target whose rotator changes the password. A change replaces the item. */
  readonly target: IWebTarget;
  /** What the rotator is told at the first rotation. */
  readonly payload: RotationPayload;
  /** When the gateway rotates by itself. */
  readonly schedule: RotationSchedule;
  /** What the password must look like. @default - the policy of the system, as the rotator knows it */
  readonly passwordPolicy?: PasswordPolicy;
  /** How people get to the system without seeing the password. @default - switched off */
  readonly secureRemoteAccess?: SecureRemoteAccess;
  /**
   * Whether the gateway rotates with the credentials of this secret or with those of the target.
   * @default "use-user-creds"
   */
  readonly authenticationCredentials?: "use-user-creds" | "use-target-creds";
  /** How long the gateway waits for the rotator, whole seconds from 1. @default 40 */
  readonly timeoutSec?: number;
  /**
   * Refuse to delete the item, by Akeyless and already in the plan. To delete it, deploy once with
   * `false`.
   * @default true
   */
  readonly deleteProtection?: boolean;
  /** For people. @default - none */
  readonly description?: string;
  /** Tags of the item. @default - those of the stack only */
  readonly tags?: readonly string[];
  /** Name of the protection key. @default - the account's default key */
  readonly key?: string;
  /** Versions of the secret to keep. @default - the account's setting */
  readonly maxVersions?: number;
  /** Keep the previous version when somebody edits the item. @default - the account's setting */
  readonly keepPreviousVersion?: boolean;
  /** How the secret is realised. @default - as the settings say, else "provider" */
  readonly realisation?: Realisation;
  /**
   * Out of state only: change it to send the payload once more, over whatever is stored.
   * @default "1"
   */
  readonly payloadVersion?: string;
  /**
   * Take over an item of this name that exists already, with its versions and its current payload.
   * May stay after the deploy. The plan that adopts the item prints its current payload in clear,
   * because Terraform does not yet know that it is sensitive: keep that output private and rotate
   * afterwards, as a {@link RotationCheck} does. Out of state an item is always taken over.
   * @default false
   */
  readonly adoptExisting?: boolean;
  /** Values of custom fields that the account defines. @default - none */
  readonly customFields?: Readonly<Record<string, string>>;
  /** Rules on what AI agents may send; needs a late release of the provider's 2.x line. @default - none */
  readonly agentInputRules?: readonly AgentRule[];
  /** Rules on what AI agents may receive; needs a late release of the provider's 2.x line. @default - none */
  readonly agentOutputRules?: readonly AgentRule[];
  /**
   * Lock the secret while a session of Secure Remote Access uses it. Out of state only: the
   * Terraform provider cannot set it, and synth then refuses `true`.
   * @default false
   */
  readonly lockDuringSession?: boolean;
}

/** A named rule for AI agents; commas would end the name or the rule on the wire. */
export interface AgentRule {
  readonly name: string;
  readonly rule: string;
}

/** What was declared about an item, without any secret, in the provider's spelling. */
export interface SecretDeclaration {
  /** Path of the item, with one leading slash. */
  readonly item: string;
  readonly intervalUnit: IntervalUnit;
  readonly settings: Readonly<Record<string, unknown>>;
  /** The payload's fields; sensitive ones are named, never shown. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * A secret whose password a rotator of your own changes.
 *
 * The payload is written when the item is created and never again: the provider reads the rotated
 * one back, and an update would otherwise overwrite it with the first one. Every switch that
 * matters for security is sent explicitly. A change of target replaces the item, which delete
 * protection refuses, because the provider would only pretend to change it in place.
 */
export class CustomRotatedSecret extends Construct implements ICustomRotatedSecret {
  /** Refers to a secret that is declared elsewhere. */
  static fromName(scope: Construct, id: string, name: string): ICustomRotatedSecret {
    return new ImportedSecret(scope, id, name);
  }

  readonly rotatedSecretName: string;
  /** The name with one leading slash: how Akeyless stores it, and how a rotator sees it. */
  readonly itemPath: string;
  /**
   * The provider's resource, for what this construct does not offer; out of state, the step that
   * applies the settings.
   */
  readonly resource: TerraformResource;
  readonly #props: CustomRotatedSecretProps;
  readonly #settings: SecretSettings;
  readonly #tags: Set<string>;

  constructor(scope: Construct, id: string, props: CustomRotatedSecretProps) {
    super(scope, id);
    this.#props = props;
    this.#tags = new Set(props.tags);
    checkedFor(this, () => this.validate(props));
    this.itemPath = itemPath(props.name);
    this.#settings = checkedFor(this, () =>
      secretSettings(props, this.#intervalUnit, secureRemoteAccessStage(this.node)),
    );
    checkedFor(this, () => props.target.rotator?.check(this.describe()));
    const { resource, name } =
      this.#realisation === "provider"
        ? this.createResource(props, this.#settings)
        : this.createSteps(props);
    this.resource = resource;
    this.node.defaultChild = resource;
    this.rotatedSecretName = name;
  }

  /** The target as it was declared. */
  get target(): IWebTarget {
    return this.#props.target;
  }

  /** Adds tags to those already declared. */
  addTags(...tags: string[]): void {
    for (const tag of tags) this.#tags.add(tag);
  }

  /** Everything that was declared, without secrets: what checks and comparisons are made of. */
  describe(): SecretDeclaration {
    const settings = {
      ...this.#settings,
      targetName: this.#props.target.targetPath,
      ...(this.#tags.size > 0 ? { tags: this.#sortedTags() } : {}),
      ...(this.#realisation === "provider"
        ? {}
        : { lockDuringSraSession: String(this.#props.lockDuringSession ?? false) }),
    };
    return {
      item: this.itemPath,
      intervalUnit: this.#intervalUnit,
      settings: inTerraformNames(settings),
      payload: this.#props.payload.describe(this.#props.passwordPolicy),
    };
  }

  protected validate(props: CustomRotatedSecretProps): void {
    validateItemName("the secret", props.name);
    validateCounts({ timeoutSec: props.timeoutSec, maxVersions: props.maxVersions });
    validatePayloadVersion(props.payloadVersion, this.#realisation);
    if (props.lockDuringSession && this.#realisation === "provider") {
      throw new DeclarationError(
        "not_offered_by_provider",
        "lockDuringSession is true, but the Terraform provider has no attribute for it (the API's lock-during-sra-session): leave it out, or give the secret realisation 'out-of-state'",
      );
    }
    if (props.schedule.interval !== undefined && chosenIntervalUnit(this.node) === undefined) {
      Annotations.of(this).addWarning(
        `the interval of ${props.schedule.interval} is sent in days, as the documentation says, but some servers count in minutes: choose the intervalUnit with applySettings, and let a RotationCheck compare it after the deploy`,
      );
    }
  }

  protected createResource(props: CustomRotatedSecretProps, settings: SecretSettings): Realised {
    const protectedFromDelete = props.deleteProtection ?? true;
    // The provider plans a change of target in place and never sends it; this replaces instead.
    const target = new NullStep(this, "TargetTrigger", {
      triggers: { target_name: props.target.targetName },
    });
    const secret = new RotatedSecretCustom(this, "Resource", {
      name: props.name,
      targetName: props.target.targetName,
      customPayload: props.payload.render(this, props.passwordPolicy),
      tags: Lazy.listValue({ produce: () => this.#sortedTags() }, { omitEmpty: true }),
      ...settings,
      lifecycle: {
        ignoreChanges: ["custom_payload"],
        replaceTriggeredBy: [terraformAddress(target)],
        ...(protectedFromDelete ? { preventDestroy: true } : {}),
      },
    });
    if (props.adoptExisting) this.#adopt(secret, props.name);
    return { resource: secret, name: secret.name };
  }

  protected createSteps(props: CustomRotatedSecretProps): Realised {
    return realiseOutOfState(this, {
      kind: "secret",
      name: props.name,
      settings: () => this.describe().settings,
      targetName: props.target.targetName,
      payloadTemplate: props.payload.renderTemplate(this, props.passwordPolicy),
      protectedFromDelete: props.deleteProtection ?? true,
      ...(props.payloadVersion === undefined ? {} : { payloadVersion: props.payloadVersion }),
    });
  }

  #adopt(secret: RotatedSecretCustom, name: string): void {
    secret.importFrom(name);
    Annotations.of(this).addWarning(
      "the plan that adopts this item prints its current payload in clear: keep the output private and rotate afterwards, as a RotationCheck does; then remove adoptExisting",
    );
  }

  get #realisation(): Realisation {
    return this.#props.realisation ?? chosenRealisation(this.node);
  }

  get #intervalUnit(): IntervalUnit {
    return chosenIntervalUnit(this.node) ?? "days";
  }

  #sortedTags(): string[] {
    return [...this.#tags].sort();
  }
}

class ImportedSecret extends Construct implements ICustomRotatedSecret {
  readonly rotatedSecretName: string;

  constructor(scope: Construct, id: string, name: string) {
    super(scope, id);
    checkedFor(this, () => validateItemName("the secret", name));
    this.rotatedSecretName = name;
  }
}
