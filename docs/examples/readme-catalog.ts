import type { RotationStack } from "../../stacks/index.ts";
import { RotatedAppCredential, SensitiveInput, WebTarget } from "../../stacks/index.ts";

export function declare(stack: RotationStack) {
  const url = stack.environment.rotatorUrl;
  new RotatedAppCredential(stack, "reporting", {
    target: new WebTarget(stack, "rotator", { name: "rotator", url }),
    system: "reporting",
    username: "svc-reporting",
    currentPassword: SensitiveInput.fromEnvironment("TF_VAR_reporting_password"),
  });
}
