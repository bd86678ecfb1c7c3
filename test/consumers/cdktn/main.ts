import { readFileSync } from "node:fs";
import {
  DEFAULT_RULE_POLICY,
  type Environment,
  RotatedAppCredential,
  RotationStack,
  SensitiveInput,
  WebTarget,
} from "akeyless-rotation-kit";
import { App, TerraformStack } from "cdktf";

const environment: Environment = {
  rotatorUrl: "https://rotator.internal.example.com/rotate",
  intervalUnit: "days",
  secureRemoteAccess: "staged",
  deleteProtection: true,
};

const app = new App();
const stack = new RotationStack(app, "production", { environment, rules: DEFAULT_RULE_POLICY });
new RotatedAppCredential(stack, "warehouse", {
  target: new WebTarget(stack, "rotator", { name: "rotator", url: environment.rotatorUrl }),
  system: "warehouse",
  username: "svc-warehouse",
  currentPassword: SensitiveInput.fromEnvironment("TF_VAR_warehouse_password"),
});
app.synth();
const { resource } = JSON.parse(readFileSync("cdktf.out/stacks/production/cdk.tf.json", "utf8"));
if (!resource.akeyless_rotated_secret_custom) throw new Error("there is no secret");
// One library: the class that this file loads is the one that the kit extends.
if (!(stack instanceof TerraformStack)) throw new Error("the kit has another copy of cdktn");
