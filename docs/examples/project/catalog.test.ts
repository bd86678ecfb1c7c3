import { RotationStack } from "akeyless-rotation-kit";
import { startRotator } from "akeyless-rotation-kit/rotator";
import { memorySystem, startGateway } from "akeyless-rotation-kit/testing";
import "akeyless-rotation-kit/testing/vitest";
import { Testing } from "cdktf";
import { expect, test } from "vitest";
import { declare } from "./catalog.ts";
import { environments } from "./environments.ts";

const system = "warehouse";
const username = "svc-warehouse";

test("the password rotates, and only the new one opens", async () => {
  await using gateway = await startGateway();
  await using rotator = await startRotator({
    config: "rotator.yaml",
    akeyless: gateway.forRotator(),
    // Plays the application. `npx rotation-kit system rehearse` tries the real one.
    systems: { [system]: memorySystem(new Map([[username, "first"]])) },
  });
  const first = { system, username, password: "first" };
  const item = await gateway.declare({ name: "/warehouse", target: rotator.url, payload: first });
  await gateway.rotate(item);
  expect(await rotator.opens(system, gateway.payload(item))).toBe(true);
  expect(await rotator.opens(system, JSON.stringify(first))).toBe(false);
});

test.each(Object.entries(environments))("%s deletes no secret by accident", (name, environment) => {
  const stack = new RotationStack(Testing.app(), name, { environment, rules: "rules.yaml" });
  declare(stack);
  expect(stack).toHaveResourceNamed("akeyless_rotated_secret_custom", "warehouse_Secret", {
    deleteProtection: "true",
    rotationInterval: "30",
  });
});
