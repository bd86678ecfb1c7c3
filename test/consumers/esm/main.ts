import { RotationStack } from "akeyless-rotation-kit";
import { App } from "cdktf";
import { declare } from "./catalog.ts";
import { environments } from "./environments.ts";

const app = new App();
for (const [name, environment] of Object.entries(environments)) {
  declare(new RotationStack(app, name, { environment, rules: "rules.yaml" }));
}
app.synth();
