import { expect, test } from "vitest";
import {
  CustomRotatedSecret,
  DriftCheck,
  Duration,
  RotationPayload,
  RotationSchedule,
  WebTarget,
} from "../../../../stacks/constructs/index.ts";
import type { RotationStack } from "../../../../stacks/rotation-stack.ts";
import { setStage } from "../../../unit/harness/gateway/api.ts";
import { createStackWorkspace } from "../../operations/stack-workspace.ts";

function declare(stack: RotationStack): void {
  const target = new WebTarget(stack, "rotator", {
    name: "/rotator",
    url: "https://rotator.test/rotate",
  });
  new CustomRotatedSecret(stack, "app", {
    name: "/prod/app",
    target,
    payload: new RotationPayload({ system: "app", username: "svc" }),
    schedule: RotationSchedule.every(Duration.days(30)),
    deleteProtection: false,
  });
  new DriftCheck(stack, "drift");
}

test("a plan warns about what somebody changed by hand and no refresh sees", async () => {
  const { gateway, post } = await setStage();
  const workspace = await createStackWorkspace(gateway);
  await workspace.synthesize(declare, "provider");
  expect(await workspace.apply()).not.toContain("Warning");

  await post("/rotated-secret-update-custom", {
    name: "/prod/app",
    "secure-access-enable": "true",
    "secure-access-host": ["evil.example"],
  });
  const plan = await workspace.succeed(["plan", "-input=false"]);
  // Terraform reads the data source of a check in each plan and again in each apply.
  expect(plan).toContain("Plan: 0 to add, 0 to change, 0 to destroy.");
  const text = plan.replace(/[│╷╵\s]+/g, " ");
  expect(text).toContain("Check block assertion failed");
  expect(text).toContain("/prod/app: secure_access_enable is true, declared not set");
});
