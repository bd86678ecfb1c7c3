import { RotationStack } from "akeyless-rotation-kit";
import { startRotator } from "akeyless-rotation-kit/rotator";
import { memorySystem, startGateway } from "akeyless-rotation-kit/testing";
import "akeyless-rotation-kit/testing/vitest";
import { Testing } from "cdktf";
import { expect, test } from "vitest";
import { declare } from "./catalog.ts";
import { environments } from "./environments.ts";

test("the warehouse password rotates, and the new one opens", async () => {
  await using gateway = await startGateway();
  await using rotator = await startRotator({
    config: "rotator.yaml",
    akeyless: gateway.forRotator(),
    systems: { warehouse: memorySystem(new Map([["svc-warehouse", "first"]])) },
  });
  const payload = { system: "warehouse", username: "svc-warehouse", password: "first" };
  const item = await gateway.declare({ target: rotator.url, payload });
  await gateway.rotate(item);
  expect(await rotator.opens("warehouse", gateway.payload(item))).toBe(true);
  expect(await rotator.opens("warehouse", JSON.stringify(payload))).toBe(false);
});

test("production deletes nothing by accident", () => {
  const stack = new RotationStack(Testing.app(), "production", {
    environment: environments.production,
  });
  declare(stack);
  expect(stack).toHaveResourceNamed("akeyless_rotated_secret_custom", "warehouse_Secret", {
    deleteProtection: "true",
    rotationInterval: "30",
    tags: ["team:warehouse"],
  });
});
