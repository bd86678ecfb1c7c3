import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { App } from "cdktf";
import * as z from "zod";
import { CustomRotatedSecret, type Realisation, RotationStack } from "../../stacks/index.ts";
import { declare } from "../harness/deployment/catalog.ts";
import { environments } from "../harness/deployment/environments.ts";
import { HarnessError } from "../harness/harness-error.ts";
import { runCommand } from "../harness/processes.ts";
import { TESTBED_ITEM, type Testbed } from "../harness/testbed.ts";
import type { DemoDeployment } from "./steps.ts";

const kit = path.resolve(import.meta.dirname, "../../cli.ts");
const STACK = "rotation-demo";
const REALISATION: Realisation = "out-of-state";

const stepSchema = z.looseObject({
  provisioner: z
    .array(
      z.looseObject({
        "local-exec": z.looseObject({ environment: z.record(z.string(), z.string()) }),
      }),
    )
    .optional(),
});
const stackSchema = z.looseObject({
  resource: z.looseObject({ null_resource: z.record(z.string(), stepSchema) }),
});
const payloadSchema = z.record(z.string(), z.unknown());
const declarationSchema = z.looseObject({ kind: z.enum(["target", "secret"]), name: z.string() });

/**
 * Deploys the demo's stack without Terraform: synthesizes it out of state, and runs the steps that
 * Terraform would run, which are commands of the kit.
 */
export function deployByApi(testbed: Testbed, signal: AbortSignal): DemoDeployment {
  const directory = mkdtempSync(path.join(tmpdir(), "rotation-kit-api-"));

  const rotationKit = async (
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ) => {
    const { PATH = "", HOME = "" } = process.env;
    const finished = await runCommand(
      process.execPath,
      ["--import", import.meta.resolve("tsx/esm"), kit, ...args],
      { cwd: directory, env: { PATH, HOME, ...testbed.deploymentEnvironment, ...env }, signal },
    );
    signal.throwIfAborted();
    if (finished.code === 0) return finished.stdout;
    const why = finished.stderr.trim().split("\n").at(-1);
    throw new HarnessError("deploy_failed", `rotation-kit ${args.join(" ")} failed: ${why}`);
  };

  /** The environment of each step, targets first. */
  const synthesize = (stage: "staged" | "enabled") => {
    const app = new App({ outdir: directory, stackTraces: false });
    const environment = {
      ...environments.demo,
      rotatorUrl: testbed.rotator.url,
      secureRemoteAccess: stage,
      realisation: REALISATION,
    };
    const stack = new RotationStack(app, STACK, { environment });
    declare(stack);
    app.synth();
    // In place of the payload's template, whose password only Terraform can fill in.
    const secrets = stack.node.findAll().filter((node) => node instanceof CustomRotatedSecret);
    const payload = payloadSchema.parse(secrets[0]?.describe().payload);
    payload.current_password = testbed.initialPassword;
    const file = path.join(directory, "stacks", STACK, "cdk.tf.json");
    const { resource } = stackSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    return Object.values(resource.null_resource)
      .flatMap(({ provisioner = [] }) => provisioner.map((one) => one["local-exec"].environment))
      .flatMap((env) => {
        const { ROTATION_KIT_DECLARATION: text } = env;
        if (text === undefined) return [];
        const own = {
          ROTATION_KIT_DECLARATION: text,
          ROTATION_KIT_PAYLOAD: JSON.stringify(payload),
        };
        return [{ env: own, ...declarationSchema.parse(JSON.parse(text)) }];
      })
      .sort((a, b) => b.kind.localeCompare(a.kind));
  };

  return {
    directory,
    deploy: async ({ SRA_STAGE: stage } = {}) => {
      const steps = synthesize(stage === "enabled" ? "enabled" : "staged");
      for (const { env } of steps) await rotationKit(["item", "apply"], env);
      return rotationKit(["rotate", TESTBED_ITEM]);
    },
    destroy: async () => {
      const steps = synthesize("enabled").reverse();
      for (const { kind, name } of steps) {
        await rotationKit(["item", "delete", "--yes", "--kind", kind, name]);
      }
      return "";
    },
    remove: async () => rmSync(directory, { recursive: true, force: true }),
  };
}
