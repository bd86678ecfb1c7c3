/**
 * The scenario of Akeyless's documentation as a catalog: what the demo and the tests deploy. It is
 * apart from stacks/catalog.ts, which is yours to edit.
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
} from "../../../stacks/index.ts";

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
    // A rename, to see what its plan does.
    ...(process.env.DEMO_ITEM && { name: process.env.DEMO_ITEM }),
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
