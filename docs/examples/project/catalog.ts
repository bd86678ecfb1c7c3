import {
  Duration,
  RotatedAppCredential,
  RotationSchedule,
  type RotationStack,
  SensitiveInput,
  WebTarget,
} from "akeyless-rotation-kit";

/** Declares what every environment gets. Never write a secret here: name the variable that holds it. */
export function declare(stack: RotationStack): void {
  const { rotatorUrl: url, rotator, deleteProtection } = stack.environment;
  const target = new WebTarget(stack, "rotator", {
    name: "rotator",
    url,
    ...(rotator && { rotator }),
  });
  new RotatedAppCredential(stack, "warehouse", {
    target,
    system: "warehouse",
    username: "svc-warehouse",
    currentPassword: SensitiveInput.fromEnvironment("TF_VAR_warehouse_password"),
    schedule: RotationSchedule.every(Duration.days(30)),
    deleteProtection,
  });
}
