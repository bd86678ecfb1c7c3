import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { rotatorConfigSchema } from "../../rotator/config/schema.ts";
import { ROOT, run } from "./tools.ts";

const UNIT = "deploy/systemd/rotator.service";
const unit = readFileSync(`${ROOT}${UNIT}`, "utf8");
const setting = (name: string) =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].map(([, value]) => value);

test("the unit is exposed by at most 2.5", async () => {
  const report = await run("systemd-analyze", ["security", "--offline=true", UNIT]);
  const exposure = /Overall exposure level for \S+: ([\d.]+)/.exec(report)?.[1];
  expect(Number(exposure)).toBeGreaterThan(0);
  expect(Number(exposure)).toBeLessThanOrEqual(2.5);
});

test("systemd waits longer for the end than a rotator with default limits takes", () => {
  const shutdown = rotatorConfigSchema.shape.shutdown.parse({});
  expect(Number(setting("TimeoutStopSec")[0]) * 1000).toBeGreaterThan(shutdown.grace_ms);
});

test("secrets reach the process as credentials of the service", () => {
  expect(setting("LoadCredential").map((credential) => credential?.split(":")[0])).toEqual([
    "rotator-key",
    "tls.crt",
    "tls.key",
  ]);
});
