import { test } from "node:test";
import { pino } from "pino";
import { systemClock } from "../../common/clock.ts";
import { systemConfigSchema } from "../../rotator/systems/config.ts";
import { createSystem } from "../../rotator/systems/create-system.ts";
import { systemContract } from "../../rotator/testing/contract.ts";

// An account that nothing else uses: its password is changed again and again.
const username = "svc-test";
const config = systemConfigSchema.parse({
  type: "http",
  recipe: "reporting-app", // or the path of yours
  origin: process.env.ORIGIN,
  admin: { username: process.env.ADMIN_USERNAME, password_env: "ADMIN_PASSWORD" },
  allow_plain_http: true,
});
const log = pino({ level: "silent" });
let count = 0;
const freshPassword = () => `Fresh-password-${count++}`;

/** Each check begins with a password of its own. */
async function setUp() {
  const dependencies = { name: "product", log, environment: process.env, directory: "." };
  const system = await createSystem(config, dependencies);
  const current = { username, password: freshPassword() };
  const step = { log, clock: systemClock, signal: AbortSignal.timeout(10_000) };
  await system.reconcile?.(current, step);
  return { system, current, freshPassword, weakPassword: "abc" };
}

const features = ["passwords", "compares-current", "policy", "reconcile"] as const;
for (const { name, run } of systemContract(features, setUp)) test(name, run);
