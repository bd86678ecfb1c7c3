import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { GATEWAY_CHECKS } from "../../../stacks/doctor/gateway.ts";
import { ITEM_CHECKS } from "../../../stacks/doctor/items.ts";
import { MACHINE_CHECKS } from "../../../stacks/doctor/machine.ts";
import { ROTATOR_CHECKS } from "../../../stacks/doctor/rotator.ts";
import { STATE_CHECKS } from "../../../stacks/doctor/state.ts";

test("troubleshooting lists each check of the doctor, with the machine that it runs on", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/troubleshooting.md"), "utf8");
  const rows = [...page.matchAll(/^\| .* \| `(\w+)` \| the (\w+) \|$/gm)];
  const deployers = [...MACHINE_CHECKS, ...GATEWAY_CHECKS, ...ITEM_CHECKS, ...STATE_CHECKS];
  expect(rows.map(([, check, machine]) => `${check}: ${machine}`)).toEqual([
    ...deployers.map(({ name }) => `${name}: deployer`),
    ...ROTATOR_CHECKS.map(({ name }) => `${name}: rotator`),
  ]);
});
