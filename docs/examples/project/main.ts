import { RotationStack, synthesisFailure } from "akeyless-rotation-kit";
import { App } from "cdktf";
import { declare } from "./catalog.ts";
import { environments } from "./environments.ts";

try {
  const app = new App({ stackTraces: false });
  for (const [name, environment] of Object.entries(environments)) {
    declare(new RotationStack(app, name, { environment, rules: "rules.yaml" }));
  }
  app.synth();
} catch (error) {
  process.stderr.write(`${synthesisFailure(error)}\n`);
  process.exitCode = 1;
}
