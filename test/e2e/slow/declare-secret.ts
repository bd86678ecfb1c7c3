import type { TerraformStack } from "cdktf";
import {
  CustomRotatedSecret,
  type CustomRotatedSecretProps,
  Duration,
  RotationCheck,
  RotationPayload,
  RotationSchedule,
  SensitiveInput,
  type WebTarget,
} from "../../../stacks/constructs/index.ts";
import type { Declare } from "./stacks/stage.ts";

/** Path of the item of {@link declareSecret}. */
export const NAME = "/prod/app";

/** Declares one secret with its check. */
export const declareSecret =
  (props: Partial<CustomRotatedSecretProps> = {}): Declare =>
  (stack, rotator) => {
    const secret = secretIn(stack, rotator, props);
    new RotationCheck(secret, "Check", { secret });
  };

/** The secret alone, without the check that would start a process in each apply. */
export const secretIn = (
  stack: TerraformStack,
  rotator: WebTarget,
  props: Partial<CustomRotatedSecretProps> = {},
  id = "app",
): CustomRotatedSecret =>
  new CustomRotatedSecret(stack, id, {
    name: NAME,
    target: rotator,
    payload: new RotationPayload({
      system: "app",
      username: "svc",
      currentPassword: SensitiveInput.fromEnvironment("TF_VAR_password"),
    }),
    schedule: RotationSchedule.every(Duration.days(30)),
    deleteProtection: false,
    ...props,
  });
