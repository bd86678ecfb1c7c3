import { App } from "cdktf";
import { KitError } from "../common/errors/kit-error.ts";
import { declare, defaultEnvironment, environments } from "./catalog.ts";
import { selectEnvironments } from "./environments.ts";
import { RotationStack } from "./rotation-stack.ts";
import { loadPolicy } from "./rules/policy-file.ts";
import { applyRules, refusalOf } from "./rules/synth/apply-rules.ts";

try {
  const policy = loadPolicy();
  // Where in the code each resource was declared is worth neither half of the synthesis' time nor
  // paths of this machine in cdk.tf.json.
  const app = new App({ stackTraces: false });
  for (const [name, environment] of selectEnvironments(
    environments,
    defaultEnvironment,
    process.env,
  )) {
    const stack = new RotationStack(app, `rotation-${name}`, environment);
    declare(stack);
    stack.outputNames();
    applyRules(stack, { policy, off: environment.rulesOff ?? {} });
  }
  app.synth();
} catch (error) {
  const sentence = error instanceof KitError ? `${error.code}: ${error.message}` : refusalOf(error);
  if (sentence === undefined) throw error;
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
