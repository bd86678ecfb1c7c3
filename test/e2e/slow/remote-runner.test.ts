import { chmod, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { applySettings, RotationCheck } from "../../../stacks/constructs/index.ts";
import { defaultKitCommand } from "../../../stacks/constructs/kit-command.ts";
import { runCommand } from "../../harness/processes.ts";
import { KIT_COMMAND } from "../kit-command.ts";
import { NAME, secretIn } from "./declare-secret.ts";
import { type Declare, type Stage, setStackStage } from "./stacks/stage.ts";

const checkout = path.resolve(import.meta.dirname, "../../..");

/** One secret by the provider and one by steps, with the command of a kit that is installed. */
const declare: Declare = (stack, rotator) => {
  const kit = path.resolve("/project/node_modules/akeyless-rotation-kit/dist/constructs.js");
  applySettings(stack, { kitCommand: defaultKitCommand(kit) });
  const secret = secretIn(stack, rotator);
  new RotationCheck(secret, "Check", { secret });
  secretIn(stack, rotator, { name: "/prod/steps", realisation: "out-of-state" }, "steps");
};

let stage: Stage;
beforeAll(async () => {
  stage = await setStackStage();
  await stage.synthesize(declare);
});
afterAll(() => stage.stop());

test("what one machine synthesized is applied in another folder, with the kit of that project", async () => {
  const synthesized = path.join(stage.folder, "cdk.tf.json");
  expect(await readFile(synthesized, "utf8")).not.toContain(checkout);

  // The runner's own checkout of the project, into which npm installed the kit.
  const project = path.join(stage.folder, "../../../runner");
  const folder = path.join(project, "cdktf.out/stacks/test");
  const bin = path.join(project, "node_modules/.bin");
  await Promise.all([mkdir(folder, { recursive: true }), mkdir(bin, { recursive: true })]);
  await cp(synthesized, path.join(folder, "cdk.tf.json"));
  await writeFile(path.join(project, "package.json"), '{ "private": true }\n');
  await rm(stage.folder, { recursive: true });

  const run = (...args: string[]) =>
    runCommand("terraform", args, { cwd: folder, env: stage.environment });
  const terraform = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(...args);
    expect(code, stdout + stderr).toBe(0);
  };
  await terraform("init", "-input=false");
  const without = await run("apply", "-auto-approve", "-input=false", "-no-color");
  expect(without.code).toBe(1);
  expect(without.stderr).toMatch(/kit_missing:\s+rotation-kit is neither above this folder/);
  expect(without.stdout + without.stderr).not.toMatch(/npm error|E404/);

  const command = path.join(bin, "rotation-kit");
  const words = KIT_COMMAND.map((word) => `'${word}'`).join(" ");
  await writeFile(command, `#!/bin/sh\nexec ${words} "$@"\n`);
  await chmod(command, 0o755);
  await terraform("apply", "-auto-approve", "-input=false");
  expect(stage.gateway.item(NAME)?.lastVersion).toBe(2);
  expect(stage.gateway.item("/prod/steps")).toBeDefined();
  await terraform("destroy", "-auto-approve");
  expect(stage.gateway.item("/prod/steps")).toBeUndefined();
});
