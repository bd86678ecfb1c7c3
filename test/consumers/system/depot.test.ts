import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { type SystemDependencies, startRotator } from "akeyless-rotation-kit/rotator";
import { startGateway, systemContract } from "akeyless-rotation-kit/testing";
import { createSystem } from "./depot.ts";

const checks = systemContract(["passwords", "compares-current"], async () => ({
  system: await createSystem({ first: "first" }, {} as SystemDependencies),
  current: { username: "svc-depot", password: "first" },
  freshPassword: () => randomUUID(),
}));
for (const { name, run } of checks) test(name, run);

test("the rotator loads it as TypeScript, and rotates", async () => {
  const gateway = await startGateway();
  const rotator = await startRotator({
    config: "rotator.yaml",
    akeyless: gateway.forRotator(),
    log: () => {},
  });
  const payload = { system: "depot", username: "svc-depot", password: "first" };
  const item = await gateway.declare({ target: rotator.url, payload });
  await gateway.rotate(item);
  const opens = await rotator.opens("depot", gateway.payload(item));
  await rotator.stop();
  await gateway.stop();
  if (!opens || gateway.payload(item).includes('"first"')) throw new Error("nothing was rotated");
});
