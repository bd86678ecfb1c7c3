import type { IResolvable, TerraformResource } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { inTerraformNames, type ProviderConfig } from "../akeyless/attributes.ts";
import { TargetWeb } from "../akeyless/target-web.ts";
import { targetRows } from "../attributes/target.ts";
import { checkedFor, refuseReferences, validateChoices, validateCounts } from "./errors.ts";
import { refuseExpressionsLater } from "./expressions.ts";
import { claimName, declaredPath, validateId, validateItemName } from "./item-name.ts";
import { isOfKind, mark } from "./kind.ts";
import { onNewIdentity } from "./new-identity.ts";
import { NullStep } from "./null-step.ts";
import { withNumbersInTexts } from "./numbers-in-texts.ts";
import { type Managed, manageOutOfState } from "./out-of-state.ts";
import { offered, plainSettings } from "./plain-settings.ts";
import { REMOVAL_POLICIES, type RemovalPolicy, retain } from "./removal-policy.ts";
import type { RotatorConfiguration } from "./rotator-configuration.ts";
import { chosenRealisation, REALISATIONS, type Realisation } from "./settings.ts";
import { validateUrl } from "./url.ts";

/** A Web Target, declared here or elsewhere: where the gateway finds a rotator. */
export interface IWebTarget extends IConstruct {
  /** The name by which a secret refers to the target; a reference where it is declared here. */
  readonly targetName: string;
  /** The name as written, with one leading slash. */
  readonly targetPath: string;
  /** The rotator's address, where the target is declared here. */
  readonly targetUrl?: string;
  /** What the rotator behind the target accepts, where that is known. */
  readonly rotator?: RotatorConfiguration;
}

/** Properties of {@link WebTarget}. */
export interface WebTargetProps {
  /** Path of the target in Akeyless, for example `/prod/rotator`. A change replaces the target. */
  readonly name: string;
  /** The rotator's address, called by the gateway exactly as written; https. */
  readonly url: string;
  /**
   * Allow an address with plain http, over which each password travels in clear. Rule AKR030 then
   * reports it.
   * @default false
   */
  readonly allowHttp?: boolean | undefined;
  /** For people. @default - none */
  readonly description?: string | undefined;
  /** Name of the protection key. @default - the account's default key */
  readonly key?: string | undefined;
  /** Versions of the target to keep. @default - the account's setting */
  readonly maxVersions?: number | undefined;
  /** Keep the previous version on each change. @default - the account's setting */
  readonly keepPreviousVersion?: boolean | IResolvable | undefined;
  /** Refuse to delete the target. Out of state only: the Terraform provider cannot set it. @default false */
  readonly deleteProtection?: boolean | IResolvable | undefined;
  /** Lock the target whenever somebody reads its value. Out of state only. @default - the account's setting */
  readonly lockOnRead?: boolean | IResolvable | undefined;
  /** How long a locked target stays locked, in minutes. Out of state only. @default - the account's setting */
  readonly lockMinutes?: number | undefined;
  /** Rotate the target after it was locked and is unlocked. Out of state only. @default - the account's setting */
  readonly rotateOnUnlock?: boolean | IResolvable | undefined;
  /**
   * What the rotator behind the target accepts: each secret of this target is checked against it at
   * synth, `RotatorConfiguration.fromFile("rotator.yaml")`.
   * @default - not checked before the deploy
   */
  readonly rotator?: RotatorConfiguration | undefined;
  /** How the target is managed. @default - as the settings say, else "provider" */
  readonly realisation?: Realisation | undefined;
  /**
   * What happens to the target when you remove its code or destroy its stack. `destroy`: it is
   * deleted; out of state, removing the code leaves the target. `retain`: Terraform never deletes it.
   * Out of state it is managed as before; with the provider, the next deploy takes it out of
   * Terraform's state unchanged, and no longer changes it: then delete the code.
   * @default "destroy"
   */
  readonly removalPolicy?: RemovalPolicy | undefined;
  /**
   * Take over a target of this name that exists already. May stay after the deploy. Remove it before you
   * rename the target: a plan that does both is refused. @default false
   */
  readonly adoptExisting?: boolean | undefined;
}

/** What is known of a Web Target that is declared elsewhere. */
export interface WebTargetAttributes {
  /** Path of the target in Akeyless. */
  readonly name: string;
  /** The rotator's address. @default - not known */
  readonly url?: string | undefined;
  /** What the rotator behind the target accepts. @default - not checked before the deploy */
  readonly rotator?: RotatorConfiguration | undefined;
}

/**
 * Where the gateway finds a rotator.
 *
 * @example
 * new WebTarget(stack, "rotator", { name: "/prod/rotator", url: "https://rotator.example.com/rotate" })
 */
export class WebTarget extends Construct implements IWebTarget {
  /** Refers to a target that is declared elsewhere. */
  static fromName(
    scope: Construct,
    id: string,
    name: string,
    rotator?: RotatorConfiguration,
  ): IWebTarget {
    return new ImportedWebTarget(scope, id, { name, rotator });
  }

  /** Refers to a target that is declared elsewhere, by everything that is known of it. */
  static fromWebTargetAttributes(
    scope: Construct,
    id: string,
    attributes: WebTargetAttributes,
  ): IWebTarget {
    return new ImportedWebTarget(scope, id, attributes);
  }

  /** Whether the value is a target declared here, by this copy of the kit or another one. */
  static isWebTarget(value: unknown): value is WebTarget {
    return isOfKind(value, "WebTarget");
  }

  readonly targetName: string;
  readonly targetPath: string;
  readonly targetUrl: string;
  readonly rotator?: RotatorConfiguration;
  /**
   * The provider's resource, for what this construct does not offer; out of state, the step that
   * applies the settings.
   */
  readonly resource: TerraformResource;

  constructor(scope: Construct, id: string, props: WebTargetProps) {
    super(scope, id);
    const declared = withNumbersInTexts(props);
    mark(this, "WebTarget");
    checkedFor(this, () => validateId(this));
    checkedFor(this, () => this.validate(declared));
    checkedFor(this, () => claimName(this, "Web Target", declaredPath(declared.name)));
    const { resource, name } =
      this.#realisationOf(declared) === "provider"
        ? this.createResource(declared)
        : this.createSteps(declared);
    this.resource = resource;
    this.node.defaultChild = resource;
    this.targetName = name;
    this.targetPath = declaredPath(declared.name);
    this.targetUrl = declared.url;
    if (declared.rotator !== undefined) this.rotator = declared.rotator;
  }

  protected validate(props: WebTargetProps): void {
    validateChoices(props, CHOICES);
    refuseReferences({ rotator: props.rotator });
    validateItemName("the Web Target", props.name);
    validateUrl("the Web Target's url", props.url, {
      property: "allowHttp",
      allowed: props.allowHttp === true,
    });
    validateCounts({ maxVersions: props.maxVersions, lockMinutes: props.lockMinutes });
    refuseExpressionsLater(this, targetSettings(props, this.#realisationOf(props)));
  }

  #realisationOf(props: WebTargetProps): Realisation {
    return props.realisation ?? chosenRealisation(this.node);
  }

  protected createResource(props: WebTargetProps): Managed {
    const name = declaredPath(props.name);
    if (props.removalPolicy === "retain") return retain(this, "target", name);
    // Two spellings of one name are not a change, though the provider would replace the target.
    const identity = new NullStep(this, "Identity", { triggers: { item: name } });
    const resource = new TargetWeb(this, "Resource", {
      name,
      ...targetSettings(props, "provider"),
      lifecycle: {
        ignoreChanges: [
          "name",
          // What Akeyless keeps of a text that is not declared any more is right.
          ...(props.description ? [] : ["description"]),
          ...(props.key ? [] : ["key"]),
        ],
        ...onNewIdentity(identity, props.adoptExisting === true),
      },
    });
    if (props.adoptExisting) resource.importFrom(name);
    return { resource, name: resource.name, existence: resource.id };
  }

  protected createSteps(props: WebTargetProps): Managed {
    return manageOutOfState(this, {
      kind: "target",
      name: declaredPath(props.name),
      settings: () => inTerraformNames(targetSettings(props, "out-of-state")),
      retain: props.removalPolicy === "retain",
    });
  }
}

/** What is decided at synth, so that no reference can decide it. */
const CHOICES = {
  allowHttp: [true, false],
  adoptExisting: [true, false],
  removalPolicy: REMOVAL_POLICIES,
  realisation: REALISATIONS,
};

const targetSettings = (props: WebTargetProps, realisation: Realisation) =>
  offered<ProviderConfig<typeof targetRows> & { url: string }>(
    targetRows,
    plainSettings(targetRows, props),
    realisation,
  );

class ImportedWebTarget extends Construct implements IWebTarget {
  readonly targetName: string;
  readonly targetPath: string;
  readonly targetUrl?: string;
  readonly rotator?: RotatorConfiguration;

  constructor(scope: Construct, id: string, attributes: WebTargetAttributes) {
    super(scope, id);
    const { name, url, rotator } = withNumbersInTexts(attributes);
    checkedFor(this, () => validateItemName("the Web Target", name));
    this.targetName = declaredPath(name);
    this.targetPath = declaredPath(name);
    if (url !== undefined) this.targetUrl = url;
    if (rotator !== undefined) this.rotator = rotator;
  }
}
