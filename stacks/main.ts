import { App } from "cdktf";
import { declare } from "./catalog.ts";
import { defaultEnvironment, environments } from "./environments.ts";
import { RotationStack, selectEnvironments, synthesisFailure } from "./index.ts";

try {
  // Where in the code each resource was declared is worth neither half of the synthesis' time nor
  // paths of this machine in cdk.tf.json.
  const app = new App({ stackTraces: false });
  const selected = selectEnvironments(environments, defaultEnvironment, process.env);
  for (const [name, environment] of selected) {
    declare(new RotationStack(app, `rotation-${name}`, { environment }));
  }
  app.synth();
} catch (error) {
  process.stderr.write(`${synthesisFailure(error)}\n`);
  process.exitCode = 1;
}
