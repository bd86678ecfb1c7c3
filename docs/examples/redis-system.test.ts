import { test } from "node:test";
import { pino } from "pino";
import { systemClock } from "../../common/clock.ts";
import { systemContract } from "../../rotator/testing/contract.ts";
import { createSystem } from "./redis-system.ts";

// A Redis with a user `worker` that nothing else uses: its password is changed again and again.
const { REDIS_PORT = "6379", REDIS_ADMIN_PASSWORD_FILE = "" } = process.env;
const options = { port: Number(REDIS_PORT), admin_password_file: REDIS_ADMIN_PASSWORD_FILE };
const log = pino({ level: "silent" });
let count = 0;

/** Each check begins with a password of its own. */
async function setUp() {
  const dependencies = { name: "cache", log, environment: process.env, directory: "." };
  const system = await createSystem(options, dependencies);
  const current = { username: "worker", password: `first-${count++}` };
  const step = { log, clock: systemClock, signal: AbortSignal.timeout(5_000) };
  await system.reconcile?.(current, step);
  return { system, current, freshPassword: () => `fresh-${count++}` };
}

for (const { name, run } of systemContract(["passwords", "reconcile", "retaining"], setUp)) {
  test(name, run);
}
