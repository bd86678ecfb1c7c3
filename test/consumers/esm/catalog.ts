import {
  Duration,
  ItemTags,
  RotatedAppCredential,
  RotationSchedule,
  type RotationStack,
  SensitiveInput,
  WebTarget,
} from "akeyless-rotation-kit";
import type { Ours } from "./environments.ts";

export function declare(stack: RotationStack<Ours>): void {
  const { rotatorUrl: url, rotator, team } = stack.environment;
  ItemTags.add(stack, `team:${team}`);
  const target = new WebTarget(stack, "rotator", {
    name: "warehouse-rotator",
    url,
    ...(rotator && { rotator }),
  });
  new RotatedAppCredential(stack, "warehouse", {
    target,
    system: "warehouse",
    username: "svc-warehouse",
    currentPassword: SensitiveInput.fromEnvironment("TF_VAR_warehouse_password"),
    schedule: RotationSchedule.every(Duration.days(30)),
  });
}
