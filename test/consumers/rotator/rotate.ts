import { existsSync } from "node:fs";
import { startRotator } from "akeyless-rotation-kit/rotator";
import { memorySystem, startGateway } from "akeyless-rotation-kit/testing";

// Who runs the rotator alone installs neither.
for (const name of ["cdktf", "constructs", "tsx"]) {
  if (existsSync(`node_modules/${name}`)) throw new Error(`${name} came along`);
}
const gateway = await startGateway();
const rotator = await startRotator({
  config: {
    items: { "/warehouse": { system: "warehouse", usernames: ["svc-warehouse"] } },
    systems: { warehouse: { type: "http", recipe: "gitea", origin: "https://git.example.com" } },
  },
  akeyless: gateway.forRotator(),
  systems: { warehouse: memorySystem(new Map([["svc-warehouse", "first"]])) },
  log: () => {},
});
const payload = { system: "warehouse", username: "svc-warehouse", password: "first" };
const item = await gateway.declare({ target: rotator.url, payload });
await gateway.rotate(item);
if (!(await rotator.opens("warehouse", gateway.payload(item)))) throw new Error("not rotated");
if (await rotator.opens("warehouse", JSON.stringify(payload))) throw new Error("not ended");
await rotator.stop();
await gateway.stop();
