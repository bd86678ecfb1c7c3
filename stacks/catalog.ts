/**
 * What this deployment declares: the file to edit.
 *
 * - Another credential: add a `RotatedAppCredential` to `declare` (docs/guides/declare-a-secret.md).
 * - Another environment: add it to `environments`; every credential is then declared there too.
 * - Synthesize: `npx cdktf synth` for the default environment,
 *   `ROTATION_ENVIRONMENT=staging npx cdktf synth` for another one, `ROTATION_ENVIRONMENT=all` for all.
 * - Secrets never stand here: `SensitiveInput.fromEnvironment("TF_VAR_...")` names the environment
 *   variable that Terraform reads them from.
 */
import {
  Duration,
  PasswordPolicy,
  RotateAfterDisconnect,
  RotatedAppCredential,
  RotationSchedule,
  SecureRemoteAccess,
  SensitiveInput,
  WebTarget,
} from "./constructs/index.ts";
import type { Environment } from "./environments.ts";
import type { RotationStack } from "./rotation-stack.ts";

/** The environments, and what differs between them. */
export const environments = {
  production: {
    gatewayAddress: "https://gw.internal.example.com:8080/v2",
    rotatorUrl: "https://rotator.internal.example.com/rotate",
    intervalUnit: "days",
    // As the documentation advises: deploy, see the rotation work, then set this to "enabled".
    secureRemoteAccess: "staged",
    deleteProtection: true,
    tags: ["environment:production", "managed-by:akeyless-rotation-kit"],
  },
  /** Everything on this machine: what `npm run demo` deploys. AKEYLESS_GATEWAY names the gateway. */
  demo: {
    rotatorUrl: "https://127.0.0.1:8443/rotate",
    intervalUnit: "days",
    secureRemoteAccess: "staged",
    deleteProtection: false,
    rulesOff: { AKR050: "the demo deletes what it made" },
    tags: ["environment:demo"],
  },
} as const satisfies Record<string, Environment>;

/** The environment that is meant when ROTATION_ENVIRONMENT is not set. */
export const defaultEnvironment: keyof typeof environments = "production";

/** Declares everything that an environment gets. */
export function declare(stack: RotationStack): void {
  const { rotatorUrl: url, rotator, deleteProtection } = stack.environment;

  const target = new WebTarget(stack, "rotator", {
    name: "my-rotator-target",
    url,
    ...(rotator && { rotator }),
  });

  // An on-premises application with a local service account, rotated by an internal rotator.
  new RotatedAppCredential(stack, "reporting-app-svc", {
    target,
    system: "reporting-app",
    username: "svc-reporting",
    currentPassword: SensitiveInput.fromEnvironment("TF_VAR_reporting_app_password"),
    schedule: RotationSchedule.every(Duration.days(30)),
    passwordPolicy: new PasswordPolicy({ length: 16 }),
    secureRemoteAccess: SecureRemoteAccess.ssh({
      hosts: ["app01.internal.example.com"],
      rotateAfterDisconnect: RotateAfterDisconnect.immediately(),
    }),
    deleteProtection,
  });
}
