import { Construct } from "constructs";
import { defined } from "../../common/defined.ts";
import { CustomRotatedSecret } from "./custom-rotated-secret.ts";
import type { CustomRotatedSecretProps } from "./custom-rotated-secret-props.ts";
import { Duration } from "./duration.ts";
import { checkedFor, isUnknown, validateChoices } from "./errors.ts";
import { isOfKind, mark } from "./kind.ts";
import { RotationCheck, type RotationCheckProps } from "./rotation-check.ts";
import { RotationPayload, type RotationPayloadProps } from "./rotation-payload.ts";
import { RotationSchedule } from "./rotation-schedule.ts";

/** Interval of a credential that does not say otherwise. */
const DEFAULT_INTERVAL = Duration.days(30);

/** Properties of {@link RotatedAppCredential}: those of the secret, its payload and its check. */
export interface RotatedAppCredentialProps
  extends Omit<CustomRotatedSecretProps, "name" | "payload" | "schedule">,
    RotationPayloadProps {
  /** Path of the item in Akeyless. @default - the construct's id */
  readonly name?: string | undefined;
  /** When the gateway rotates by itself. @default - every 30 days */
  readonly schedule?: RotationSchedule | undefined;
  /**
   * Proves after each change that the secret rotates; `false` leaves the check out.
   * @default - rotates once and compares the item with its declaration
   */
  readonly check?: Omit<RotationCheckProps, "secret"> | false | undefined;
}

/**
 * The usual case: one account of one application, rotated on a schedule and checked.
 *
 * @example
 * new RotatedAppCredential(stack, "reporting-app-svc", {
 *   target,
 *   system: "reporting-app",
 *   username: "svc-reporting",
 *   currentPassword: SensitiveInput.fromEnvironment("TF_VAR_reporting_app_password"),
 * })
 */
export class RotatedAppCredential extends Construct {
  /** Whether the value is a credential declared here, by this copy of the kit or another one. */
  static isRotatedAppCredential(value: unknown): value is RotatedAppCredential {
    return isOfKind(value, "RotatedAppCredential");
  }

  /** The secret that applications read. */
  readonly secret: CustomRotatedSecret;
  /** The check after each deploy; undefined where it was left out. */
  readonly check: RotationCheck | undefined;

  constructor(scope: Construct, id: string, props: RotatedAppCredentialProps) {
    super(scope, id);
    mark(this, "RotatedAppCredential");
    const { system, username, currentPassword, passwordField, ...rest } = props;
    const { alternateWith, keyId, keyName, formerPolicies, fields, ...more } = rest;
    const { check, name, schedule, ...secret } = more;
    if (isUnknown(check)) checkedFor(this, () => validateChoices({ check }, { check: [false] }));
    const payload = defined({
      system,
      username,
      currentPassword,
      passwordField,
      alternateWith,
      keyId,
      keyName,
      formerPolicies,
      fields,
    });
    this.secret = new CustomRotatedSecret(this, "Secret", {
      ...secret,
      name: name ?? id,
      schedule: schedule ?? RotationSchedule.every(DEFAULT_INTERVAL),
      payload: checkedFor(this, () => new RotationPayload(payload)),
    });
    this.node.defaultChild = this.secret.resource;
    this.check =
      check === false
        ? undefined
        : new RotationCheck(this, "Check", { ...check, secret: this.secret });
  }
}
