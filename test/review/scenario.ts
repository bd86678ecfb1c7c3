import type { TerraformStack } from "cdktf";
import {
  CustomRotatedSecret,
  type CustomRotatedSecretProps,
  Duration,
  RotationPayload,
  RotationSchedule,
  SensitiveInput,
  type WebTarget,
} from "../../stacks/constructs/index.ts";
import type { Stage } from "../e2e/slow/stacks/stage.ts";

/** Adds to a stack that holds the Web Target `rotator` and nothing else. */
export type ScenarioDeclaration = (stack: TerraformStack, rotator: WebTarget) => void;

/** How one plan of the collection comes about. */
export interface Scenario {
  /** Name of its folder. */
  readonly name: string;
  /** What is deployed before; default: nothing. */
  readonly before?: ScenarioDeclaration;
  /** What happens between deploy and plan: rotations, changes by hand, other commands. */
  meanwhile?(stage: Stage): Promise<void>;
  /** What is planned; default: what was deployed. */
  readonly after?: ScenarioDeclaration;
  /** A configuration in HCL to be planned in place of `after`. */
  readonly hcl?: string;
  /** What plans. @default terraform */
  readonly binary?: "terraform" | "tofu";
  /** Further arguments of `terraform plan`. */
  readonly args?: readonly string[];
}

/** Every secret of the plans begins with it, so that a test can look for it anywhere. */
export const CANARY = "canary";

type Props = Partial<CustomRotatedSecretProps>;

/** The usual secret, with what a scenario changes. */
export const scenarioSecret =
  (props: Props = {}, id = "app"): ScenarioDeclaration =>
  (stack, rotator) => {
    reviewedSecretIn(stack, rotator, props, id);
  };

/** Like {@link scenarioSecret}, and returns the construct. */
export function reviewedSecretIn(
  stack: TerraformStack,
  rotator: WebTarget,
  props: Props = {},
  id = "app",
): CustomRotatedSecret {
  return new CustomRotatedSecret(stack, id, {
    name: `/prod/${id}`,
    target: rotator,
    payload: new RotationPayload({
      system: "app",
      username: `svc-${id}`,
      currentPassword: SensitiveInput.fromEnvironment("TF_VAR_password"),
    }),
    schedule: RotationSchedule.every(Duration.days(30), { atHourUtc: 2 }),
    deleteProtection: false,
    ...props,
  });
}

/** Several declarations, one after the other. */
export const all =
  (...parts: readonly ScenarioDeclaration[]): ScenarioDeclaration =>
  (stack, rotator) => {
    for (const part of parts) part(stack, rotator);
  };

/** Nothing but the Web Target. */
export const nothing: ScenarioDeclaration = () => {};

/** Overrides a place of cdk.tf.json. */
export const override =
  (path: string, value: unknown): ScenarioDeclaration =>
  (stack) => {
    stack.addOverride(path, value);
  };
