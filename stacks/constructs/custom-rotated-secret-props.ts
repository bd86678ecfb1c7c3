import type { IResolvable } from "cdktf";
import type { IConstruct } from "constructs";
import type { PasswordPolicy } from "./password-policy.ts";
import type { RemovalPolicy } from "./removal-policy.ts";
import type { RotationPayload } from "./rotation-payload.ts";
import type { RotationSchedule } from "./rotation-schedule.ts";
import type { SecureRemoteAccess } from "./secure-remote-access.ts";
import type { SensitiveInput } from "./sensitive-input.ts";
import type { Realisation } from "./settings.ts";
import type { IWebTarget } from "./web-target.ts";

/** A custom rotated secret, declared here or elsewhere. */
export interface ICustomRotatedSecret extends IConstruct {
  /** The name under which applications read the secret; a reference where it is declared here. */
  readonly rotatedSecretName: string;
  /** The name as written, with one leading slash: how Akeyless stores it, and how a rotator sees it. */
  readonly itemPath: string;
}

/** What is known of a secret that is declared elsewhere. */
export interface CustomRotatedSecretAttributes {
  /** Path of the item in Akeyless. */
  readonly name: string;
}

/** Properties of {@link CustomRotatedSecret}. */
export interface CustomRotatedSecretProps {
  /** Path of the item in Akeyless, `/prod/reporting-app-svc`. A change replaces the item and loses its versions. */
  readonly name: string;
  /** The Web Target whose rotator changes the password. A change replaces the item. */
  readonly target: IWebTarget;
  /**
   * The payload of the first rotation: `new RotationPayload(…)` for the kit's own rotator,
   * `RotationPayload.of({…})` for another one, or a sensitive input with the whole payload, JSON or
   * not.
   */
  readonly payload: RotationPayload | SensitiveInput;
  /** When the gateway rotates by itself. */
  readonly schedule: RotationSchedule;
  /** What the password must look like. @default - the policy of the system, as the rotator knows it */
  readonly passwordPolicy?: PasswordPolicy | undefined;
  /** How people get to the system without seeing the password. @default - switched off */
  readonly secureRemoteAccess?: SecureRemoteAccess | undefined;
  /**
   * Whether the gateway rotates with the credentials of this secret or with those of the target.
   * @default "use-user-creds"
   */
  readonly authenticationCredentials?: "use-user-creds" | "use-target-creds" | undefined;
  /** How long the gateway waits for the rotator, whole seconds from 1. @default 40 */
  readonly timeoutSec?: number | undefined;
  /**
   * Refuse to delete the item, by Akeyless and already in the plan. To delete it, deploy once with
   * `false`. Where a reference decides, only Akeyless refuses.
   * @default true
   */
  readonly deleteProtection?: boolean | IResolvable | undefined;
  /**
   * What happens to the item when you remove its code or destroy its stack. `destroy`: it is deleted,
   * if delete protection allows it; out of state, removing the code leaves the item. `retain`:
   * Terraform never deletes it. Out of state it is managed as before. The provider deletes whatever
   * it manages, so there the next deploy takes the item out of Terraform's state unchanged, and no
   * longer creates or changes it: then delete the code.
   * @default "destroy"
   */
  readonly removalPolicy?: RemovalPolicy | undefined;
  /**
   * Delete the item also where Akeyless fails to delete what belongs to it at a third party. Out of
   * state only. Delete protection still refuses. What this changes for a custom secret, of which
   * Akeyless knows no third party, is not known.
   * @default false
   */
  readonly forceDelete?: boolean | undefined;
  /** For people. @default - none */
  readonly description?: string | undefined;
  /** Tags of the item. @default - those of the stack only */
  readonly tags?: readonly string[] | undefined;
  /** Name of the protection key. @default - the account's default key */
  readonly key?: string | undefined;
  /** Versions of the secret to keep. @default - the account's setting */
  readonly maxVersions?: number | undefined;
  /** Keep the previous version when the item is edited. @default - the account's setting */
  readonly keepPreviousVersion?: boolean | IResolvable | undefined;
  /** How the secret is managed. @default - as the settings say, else "provider" */
  readonly realisation?: Realisation | undefined;
  /**
   * Out of state only: change it to send the payload again, which overwrites the stored one.
   * @default "1"
   */
  readonly payloadVersion?: string | undefined;
  /**
   * Take over an item of this name that exists already, with its versions and its current payload.
   * May stay after the deploy: each plan then reads the live value, and each update writes exactly
   * that. Remove it before you rename the item (a plan that does both is refused) or give it another
   * target (which the provider does not send: AKR035 of a review says so). Out of state an item is
   * always taken over.
   * @default false
   */
  readonly adoptExisting?: boolean | undefined;
  /** Values of custom fields that the account defines. @default - none */
  readonly customFields?: Readonly<Record<string, string>> | undefined;
  /**
   * Whether the gateway leaves out its dry run. As the vendor documents it, a dry run sends the
   * real payload, authenticated with the gateway's own access id: the rotator changes the password,
   * and the answer with the new one may be thrown away. Needs provider 2.0.5. Whether gateways make
   * a dry run for custom rotated secrets at all is not known.
   * @default true
   */
  readonly skipDryRun?: boolean | IResolvable | undefined;
  /**
   * Whether the rules for AI agents are enforced; otherwise they are only stored. Needs provider
   * 2.0.5.
   * @default - the account's setting
   */
  readonly agentRulesEnforced?: boolean | IResolvable | undefined;
  /** Whether an AI quorum decides about what agents do. Needs provider 2.0.5. @default - the account's setting */
  readonly agentQuorum?: boolean | IResolvable | undefined;
  /** Rules on what AI agents may send; needs provider 2.0.5. @default - none */
  readonly agentInputRules?: readonly AgentRule[] | undefined;
  /** Rules on what AI agents may receive; needs provider 2.0.5. @default - none */
  readonly agentOutputRules?: readonly AgentRule[] | undefined;
  /** Lock the secret whenever somebody reads its value. Out of state only. @default false */
  readonly lockOnRead?: boolean | IResolvable | undefined;
  /** How long a locked secret stays locked, in minutes. Out of state only. @default - the account's setting */
  readonly lockMinutes?: number | undefined;
  /** Rotate the secret after it was locked and is unlocked. Out of state only. @default false */
  readonly rotateOnUnlock?: boolean | IResolvable | undefined;
  /**
   * Lock the secret while a session of Secure Remote Access uses it. Out of state only: the
   * Terraform provider cannot set it, and synth then refuses `true`.
   * @default false
   */
  readonly lockDuringSession?: boolean | IResolvable | undefined;
}

/** A named rule for AI agents; commas would end the name or the rule on the wire. */
export interface AgentRule {
  /** Name of the rule. */
  readonly name: string;
  /** What it says. */
  readonly rule: string;
}
