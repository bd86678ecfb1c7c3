import { defined } from "../common/defined.ts";
/**
 * What this example declares: the file to edit.
 *
 * - Another credential: add a `RotatedAppCredential` to `declare` (docs/guides/declare-a-secret.md).
 * - Another environment: add it to `environments.ts`.
 * - Synthesize: `npx cdktf synth` for the default environment,
 *   `ROTATION_ENVIRONMENT=staging npx cdktf synth` for another one, `ROTATION_ENVIRONMENT=all` for all.
 * - Never write a secret here: `SensitiveInput.fromEnvironment("TF_VAR_...")` names the environment
 *   variable that Terraform reads it from.
 */
import {
  Duration,
  PasswordPolicy,
  RotateAfterDisconnect,
  RotatedAppCredential,
  RotationSchedule,
  type RotationStack,
  SecureRemoteAccess,
  SensitiveInput,
  WebTarget,
} from "./index.ts";

/** Declares everything that an environment gets. */
export function declare(stack: RotationStack): void {
  const { rotatorUrl: url, rotator, deleteProtection } = stack.environment;

  const target = new WebTarget(stack, "rotator", {
    name: "my-rotator-target",
    url,
    ...defined({ rotator }),
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
