/** The app of plan.test.ts: one secret, in the variant that the environment asks for. */
import { App, LocalBackend, TerraformStack } from "cdktf";
import {
  applySettings,
  CustomRotatedSecret,
  Duration,
  GatewayProvider,
  RotationPayload,
  RotationSchedule,
  SensitiveInput,
  WebTarget,
} from "../../../../stacks/constructs/index.ts";
import { applyRules, refusalOf } from "../../../../stacks/rules/synth/apply-rules.ts";

const { ITEM = "/prod/app", TARGET = "/rotator", PROTECTED = "yes" } = process.env;
const { RULES, STATE = "terraform.tfstate" } = process.env;

const app = new App();
const stack = new TerraformStack(app, "production");
new LocalBackend(stack, { path: STATE });
applySettings(stack, { intervalUnit: "days" });
new GatewayProvider(stack, "Gateway");
const target = new WebTarget(stack, "rotator", {
  name: TARGET,
  url: "https://rotator.internal.example.com/rotate",
});
if (ITEM !== "") {
  new CustomRotatedSecret(stack, "app", {
    name: ITEM,
    target,
    payload: new RotationPayload({
      system: "app",
      username: "svc",
      currentPassword: SensitiveInput.fromEnvironment("TF_VAR_password"),
    }),
    schedule: RotationSchedule.every(Duration.days(30)),
    deleteProtection: PROTECTED === "yes",
  });
}
if (RULES === "on") applyRules(stack);
try {
  app.synth();
} catch (error) {
  const sentence = refusalOf(error);
  if (sentence === undefined) throw error;
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
