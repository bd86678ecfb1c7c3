import { readFileSync } from "node:fs";
import {
  DEFAULT_RULE_POLICY,
  type Environment,
  type PasswordPolicy,
  RotatedAppCredential,
  type RotationPayload,
  RotationStack,
  SensitiveInput,
  WebTarget,
} from "akeyless-rotation-kit";
import { type System, startRotator } from "akeyless-rotation-kit/rotator";
import { memorySystem, startGateway } from "akeyless-rotation-kit/testing";
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
// One cdktf: the class that this file loads is the one that the kit extends.
if (!(stack instanceof TerraformStack)) throw new Error("the kit has another copy of cdktf");

// An editor offers nothing of the kit's own on these, and a plain text is no sensitive input.
type Offered = keyof SensitiveInput | keyof RotationPayload | keyof PasswordPolicy;
const internals: Extract<Offered, "bind" | "named" | "render" | "toAttributes">[] = [];
internals satisfies never[];
const plainTextPasses: string extends SensitiveInput ? true : false = false;
if (plainTextPasses) throw new Error("a plain text passes as a sensitive input");

async function rotate(): Promise<void> {
  const warehouse: System = memorySystem(new Map([["svc-warehouse", "first"]]));
  const gateway = await startGateway();
  const rotator = await startRotator({
    config: {
      items: { "/warehouse": { system: "warehouse", usernames: ["svc-warehouse"] } },
      systems: { warehouse: { type: "http", recipe: "gitea", origin: "https://git.example.com" } },
    },
    akeyless: gateway.forRotator(),
    systems: { warehouse },
    log: () => {},
  });
  const payload = { system: "warehouse", username: "svc-warehouse", password: "first" };
  const item = await gateway.declare({ target: rotator.url, payload });
  await gateway.rotate(item);
  const opens = await rotator.opens("warehouse", gateway.payload(item));
  await rotator.stop();
  await gateway.stop();
  if (!opens || gateway.payload(item).includes('"first"')) throw new Error("nothing was rotated");
}

rotate().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
