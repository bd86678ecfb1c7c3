import type { PasswordPolicy } from "./password-policy.ts";
import type { RotationPayload } from "./rotation-payload.ts";
import type { RotationSchedule } from "./rotation-schedule.ts";
import type { SecureRemoteAccess } from "./secure-remote-access.ts";
import type { IntervalUnit, Realisation } from "./settings.ts";
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
   * afterwards, as a `RotationCheck` does. Out of state an item is always taken over.
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
  /** Name of the rule. */
  readonly name: string;
  /** What it says. */
  readonly rule: string;
}

/** What was declared about an item, without any secret, in the provider's spelling. */
export interface SecretDeclaration {
  /** Path of the item, with one leading slash. */
  readonly item: string;
  /** The unit that the interval in the settings counts. */
  readonly intervalUnit: IntervalUnit;
  /** Everything but name and payload, by the attribute's name. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The payload's fields; sensitive ones are named, never shown. */
  readonly payload: Readonly<Record<string, unknown>>;
}
