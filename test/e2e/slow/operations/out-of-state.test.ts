import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  CustomRotatedSecret,
  type CustomRotatedSecretProps,
  Duration,
  PasswordPolicy,
  RotatedAppCredential,
  RotationPayload,
  RotationSchedule,
  SecureRemoteAccess,
  SensitiveInput,
  WebTarget,
} from "../../../../stacks/constructs/index.ts";
import { driftCommand } from "../../../../stacks/operations/drift-command.ts";
import type { RotationStack } from "../../../../stacks/rotation-stack.ts";
import { createAuthority } from "../../../harness/pki.ts";
import { setStage } from "../../../unit/harness/gateway/api.ts";
import { startRotatorDouble } from "../../../unit/harness/gateway/rotator-double.ts";
import { runKit } from "../../../unit/stacks/operations/run-command.ts";
import { createStackWorkspace, type StackWorkspace } from "../../operations/stack-workspace.ts";

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
    rotation_interval_s: 2_592_000,
  });
  expect(gateway.item("/prod/app")).toMatchObject({ schedule: { autoRotate: true, interval: 30 } });

  await pointAtRotator();
  await rotate();
  const rotated = await payload();
  // The bootstrap password is needed once: from here on it may be gone.
  await workspace.synthesize(declare("first", { description: "changed" }), "out-of-state");
  const changed = await workspace.apply();
  expect(changed).toContain("1 to add, 0 to change, 1 to destroy");
  outputs.push(changed);
  expect(gateway.item("/prod/app")).toMatchObject({ description: "changed" });
  expect(await payload()).toBe(rotated);
  const noAccess = { AKEYLESS_GATEWAY: "http://127.0.0.1:9", AKEYLESS_ACCESS_ID: "" };
  expect(await workspace.planChanges(noAccess)).toBe(false);

  const state = await workspace.state();
  expect(state).not.toContain(rotated ?? "nothing was rotated");
  const everything = [...outputs, await traces(workspace)].join("\n");
  expect(everything).toContain("/prod/app");
  expect(everything).not.toContain(CANARY);
  expect(everything).not.toContain(rotated);

  await workspace.succeed(["destroy", "-auto-approve"]);
  expect(gateway.item("/prod/app")).toBeUndefined();
});

test("a step that failed says why, the next apply completes it, a new name replaces the item", async () => {
  const { workspace, gateway, payload } = await prepare();
  await workspace.synthesize(declare("first"), "out-of-state");
  const failed = await workspace.run(["apply", "-auto-approve", "-input=false"]);
  expect(failed.code).toBe(1);
  expect(unwrapped(failed.stderr)).toContain(
    "payload_missing: the payload's current_password comes from TF_VAR_app_password, which is not set; set it in the environment in which this command, or Terraform, runs",
  );
  expect(gateway.item("/prod/app")).toBeUndefined();

  await workspace.apply(password);
  expect(await payload()).toContain(CANARY);
  await workspace.synthesize(declare("first", { deleteProtection: true }), "out-of-state");
  await workspace.apply(password);
  const destroyed = await workspace.run(["plan", "-destroy"]);
  expect(destroyed.code).toBe(1);
  expect(unwrapped(destroyed.stderr)).toContain("DeployOnceWithDeleteProtectionFalse[");

  // A new name, once it is not protected any more: the old item goes, a new one comes.
  await workspace.synthesize(declare("first"), "out-of-state");
  await workspace.apply(password);
  await workspace.synthesize(declare("first", { name: "/prod/renamed" }), "out-of-state");
  await workspace.apply(password);
  expect(gateway.item("/prod/app")).toBeUndefined();
  expect(gateway.item("/prod/renamed")).toBeDefined();
});

test("an item moves out of state and back without being created anew", async () => {
  const { workspace, gateway, rotate, payload, pointAtRotator } = await prepare();
  await workspace.synthesize(declare("first"), "provider");
  await workspace.apply(password);
  await pointAtRotator();
  await rotate();
  const item = gateway.item("/prod/app");
  const rotated = await payload();

  await workspace.synthesize(declare("first"), "out-of-state");
  const out = await workspace.apply();
  expect(out).not.toContain(rotated);
  expect(unwrapped(out)).toContain(
    "will no longer be managed by Terraform, but will not be destroyed",
  );
  expect(gateway.item("/prod/app")?.id).toBe(item?.id);
  expect(await payload()).toBe(rotated);
  expect(await workspace.state()).not.toContain(rotated ?? "nothing was rotated");
  expect(await workspace.planChanges()).toBe(false);

  const adopt = (stack: RotationStack) => {
    declare("first", { adoptExisting: true })(stack);
    for (const node of stack.node.findAll())
      if (node instanceof WebTarget) node.resource.importFrom("/rotator");
  };
  await workspace.synthesize(adopt, "provider");
  await workspace.apply(password);
  expect(gateway.item("/prod/app")?.id).toBe(item?.id);
  expect(await payload()).toBe(rotated);
  expect(await workspace.planChanges(password)).toBe(false);
});

test("the check after a deploy rotates the item that the steps made, once", async () => {
  const authority = await createAuthority();
  const rotator = await startRotatorDouble(await authority.issue({ hosts: ["localhost"] }));
  onTestFinished(() => rotator.stop());
  const { gateway } = await setStage({ trustedAuthority: authority.cert });
  const workspace = await createStackWorkspace(gateway);
  await workspace.synthesize((stack) => {
    const target = new WebTarget(stack, "rotator", { name: "rotator", url: rotator.url });
    new RotatedAppCredential(stack, "app", {
      target,
      system: "app",
      username: "svc",
      currentPassword: SensitiveInput.fromEnvironment("TF_VAR_app_password"),
      passwordPolicy: new PasswordPolicy(),
      secureRemoteAccess: SecureRemoteAccess.ssh({ hosts: ["app.example"] }),
      lockDuringSession: true,
      tags: ["team:a"],
    });
  }, "out-of-state");
  await workspace.apply(password);
  expect(rotator.requests).toHaveLength(1);
  expect(gateway.item("/app")).toMatchObject({
    lastVersion: 2,
    deleteProtection: true,
    remoteAccess: { enable: true, lockDuringSession: true },
  });
  expect(await workspace.planChanges()).toBe(false);
});

/** Terraform's error box without its frame and its line breaks. */
function unwrapped(text: string): string {
  return text.replace(/[│╷╵\s]+/g, " ");
}

test("settings that drifted, and an item deleted by hand, heal by the documented command", async () => {
  const { workspace, gateway, post, payload, pointAtRotator } = await prepare();
  await workspace.synthesize(declare("first", { timeoutSec: 50 }), "out-of-state");
  await workspace.apply(password);
  await pointAtRotator();
  await post("/gateway-rotate-secret", { name: "/prod/app" });
  const rotated = await payload();
  expect(rotated).not.toContain(CANARY);

  await post("/rotated-secret-update-custom", { name: "/prod/app", "timeout-sec": 5 });
  expect(await workspace.planChanges(password)).toBe(false);
  const drift = () =>
    runKit(driftCommand, ["--out", workspace.out, "--json"], {
      AKEYLESS_GATEWAY: gateway.url,
      AKEYLESS_ACCESS_ID: gateway.accessId,
      AKEYLESS_ACCESS_KEY: gateway.accessKey,
    });
  expect((await drift()).stdout).toContain("timeout_sec");
  const step = "null_resource.app_735A5B53";
  const replace = ["apply", "-auto-approve", "-input=false", `-replace=${step}`];
  await workspace.succeed(replace, password);
  expect((await drift()).stdout).not.toContain("timeout_sec");
  expect(await payload()).toBe(rotated);

  await post("/delete-item", { name: "/prod/app" });
  expect((await drift()).stdout).toContain('"missing"');
  await workspace.succeed(replace, password);
  expect(gateway.item("/prod/app")?.versions).toHaveLength(1);
  expect((await drift()).stdout).not.toContain('"missing"');
  expect(await workspace.planChanges(password)).toBe(false);
});
