import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  CustomRotatedSecret,
  type CustomRotatedSecretProps,
  Duration,
  RotationPayload,
  RotationSchedule,
  SensitiveInput,
  WebTarget,
} from "../../../stacks/constructs/index.ts";
import type { RotationStack } from "../../../stacks/rotation-stack.ts";
import { setStage } from "../../unit/harness/gateway/api.ts";
import { createStackWorkspace, type StackWorkspace } from "./stack-workspace.ts";

/** The first password, as it must never appear anywhere but in Akeyless. */
const CANARY = "canary-bootstrap-5d1f";
const password = { TF_VAR_app_password: CANARY };

/** Declares the target and the secret, with what a test changes. */
function declare(rotatorUrl: string, props: Partial<CustomRotatedSecretProps> = {}) {
  return (stack: RotationStack) => {
    const target = new WebTarget(stack, "rotator", {
      name: "/rotator",
      url: "https://rotator.test/rotate",
      description: rotatorUrl,
    });
    new CustomRotatedSecret(stack, "app", {
      name: "/prod/app",
      target,
      payload: new RotationPayload({
        system: "app",
        username: "svc",
        currentPassword: SensitiveInput.fromEnvironment("TF_VAR_app_password"),
      }),
      schedule: RotationSchedule.every(Duration.days(30)),
      deleteProtection: false,
      ...props,
    });
  };
}

/** The stage's gateway calls a rotator on plain HTTP, which no declaration may name. */
async function prepare() {
  const stage = await setStage();
  const workspace = await createStackWorkspace(stage.gateway);
  const pointAtRotator = () =>
    stage.post("/target-update-web", { name: "/rotator", url: stage.rotator.url });
  return { ...stage, workspace, pointAtRotator };
}

/** Everything that Terraform left behind, as text: state, its backup, plans, logs, lock file. */
async function traces({ out }: StackWorkspace): Promise<string> {
  const entries = await readdir(join(out, ".."), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !/provider\.mjs$/.test(entry.name));
  const texts = await Promise.all(
    files.map((file) => readFile(join(file.parentPath, file.name), "latin1")),
  );
  return texts.join("\n");
}

test("the whole life of an item, without a secret in plan, state or output", async () => {
  const { workspace, gateway, rotate, payload, pointAtRotator } = await prepare();
  const outputs: string[] = [];
  await workspace.synthesize(declare("first"), "out-of-state");

  outputs.push(await workspace.succeed(["plan", "-out=tfplan"], password));
  outputs.push(await workspace.succeed(["show", "-json", "tfplan"]));
  outputs.push(await workspace.succeed(["apply", "tfplan"], password));
  expect(JSON.parse((await payload()) ?? "")).toEqual({
    system: "app",
    username: "svc",
    current_password: CANARY,
  });
  expect(gateway.item("/prod/app")).toMatchObject({ schedule: { autoRotate: true, interval: 30 } });

  await pointAtRotator();
  await rotate();
  const rotated = await payload();
  // The bootstrap password is needed once: from here on it may be gone.
  expect(await workspace.planChanges()).toBe(false);

  await workspace.synthesize(declare("first", { description: "changed" }), "out-of-state");
  const plan = await workspace.succeed(["plan"]);
  expect(plan).toContain("null_resource");
  expect(plan).toContain("1 to add, 0 to change, 1 to destroy");
  outputs.push(plan, await workspace.apply());
  expect(gateway.item("/prod/app")).toMatchObject({ description: "changed" });
  expect(await payload()).toBe(rotated);

  const state = await workspace.state();
  expect(state).not.toContain(rotated ?? "nothing was rotated");
  const everything = [...outputs, await traces(workspace)].join("\n");
  expect(everything).toContain("/prod/app");
  expect(everything).not.toContain(CANARY);
  expect(everything).not.toContain(rotated);

  await workspace.succeed(["destroy", "-auto-approve"]);
  expect(gateway.item("/prod/app")).toBeUndefined();
});
