import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../common/clock.ts";
import { HeldLocks } from "../../../rotator/rotation/locks.ts";
import { sharedLockConfigSchema } from "../../../rotator/systems/postgres/config.ts";
import { createSharedLock } from "../../../rotator/systems/postgres/create.ts";
import type { System } from "../../../rotator/systems/system.ts";
import { createAuthority } from "../../harness/pki.ts";
import { type PostgresHandle, startPostgres } from "../../harness/postgres.ts";
import { rotatorFor } from "../../unit/rotator/rotation/rotate.ts";
import { stepContext, systemFrom } from "../../unit/rotator/systems/support.ts";
import { rigFor } from "./rig.ts";

let directory: string;
let server: PostgresHandle;
let base: Record<string, unknown>;
const environment = { ADMIN: "rotator-password" };
const admin = { authority: "admin", admin: { username: "rotator", password_env: "ADMIN" } };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "postgres-rotation-"));
  const authority = await createAuthority();
  const ca_file = join(directory, "ca.pem");
  await writeFile(ca_file, authority.cert);
  server = await startPostgres(await authority.issue({ hosts: ["localhost"] }));
  base = { type: "postgres", host: server.host, port: server.port, ca_file };
  await server.query("CREATE ROLE rotator LOGIN CREATEROLE PASSWORD 'rotator-password'");
});
afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

async function role(username: string, password: string) {
  await server.query(`CREATE ROLE ${username} LOGIN PASSWORD '${password}'`);
  await server.query(`GRANT ${username} TO rotator WITH ADMIN OPTION, INHERIT FALSE, SET FALSE`);
  return { username, password };
}

test("single: rotation after rotation, and after a lost answer", async () => {
  const start = await role("app_single", "first-password");
  const rig = rigFor(await systemFrom(base), { usernames: ["app_single"] });
  const first = await rig.rotate(start);
  expect(await rig.opens(first.fields)).toBe(true);
  expect(await rig.opens(start)).toBe(false);
  const lost = await rig.rotate(first.fields);
  const again = await rig.rotate(first.fields);
  expect([lost.outcome, again.outcome]).toEqual(["rotated", "replayed"]);
  expect(again.fields.password).toBe(lost.fields.password);
  expect(await rig.opens(again.fields)).toBe(true);
});

test("single: two replicas that are asked at the same moment agree", async () => {
  const start = await role("app_twice", "first-password");
  const lockConfig = { ...base, username: "rotator", password_env: "ADMIN" };
  const { log } = stepContext();
  const dependencies = { name: "shared_lock", log, directory, environment };
  for (const locked of [false, true]) {
    const lock = () => createSharedLock(sharedLockConfigSchema.parse(lockConfig), dependencies);
    const rigs = await Promise.all(
      [1, 2].map(async () =>
        rigFor(
          await systemFrom(base),
          { usernames: ["app_twice"] },
          locked ? await lock() : undefined,
        ),
      ),
    );
    const payload = locked ? { ...start, password: "second-password" } : start;
    if (locked) await server.query("ALTER ROLE app_twice PASSWORD 'second-password'");
    const answers = await Promise.allSettled(rigs.map((rig) => rig.rotate(payload)));
    const passwords = answers.flatMap((answer) =>
      answer.status === "fulfilled" ? [answer.value.fields.password] : [],
    );
    expect(passwords.length).toBeGreaterThan(0);
    expect(new Set(passwords).size).toBe(1);
    const [password = ""] = passwords;
    expect(await rigs[0]?.opens({ username: "app_twice", password })).toBe(true);
  }
});

test("two replicas with a shared lock make no more failed logins than one", async () => {
  await role("app_failing", "set-by-somebody");
  const lockConfig = { ...base, username: "rotator", password_env: "ADMIN" };
  const dependencies = { name: "shared_lock", log: stepContext().log, directory, environment };
  const real = await systemFrom(base);
  let failed = 0;
  const counting: System = {
    async probe(credential, context) {
      const probe = await real.probe(credential, context);
      if (probe.result === "invalid") failed += 1;
      return probe;
    },
    change: (...step) => real.change(...step),
  };
  const payload = { system: "app", username: "app_failing", password: "not-it" };
  for (const code of ["out_of_sync", "busy"]) {
    const sharedLock = await createSharedLock(
      sharedLockConfigSchema.parse(lockConfig),
      dependencies,
    );
    const heldLocks = new HeldLocks(systemClock);
    onTestFinished(() => heldLocks.close());
    const memory = { heldLocks };
    const { rotate } = rotatorFor(counting, { clock: systemClock, sharedLock, memory });
    await expect(rotate(payload, { usernames: ["app_failing"] })).rejects.toMatchObject({ code });
  }
  expect(failed).toBe(3);
});

test("the shared lock lasts while a change that took too long may still happen", async () => {
  const start = await role("app_late", "first-password");
  const real = await systemFrom(base);
  const locks = "SELECT count(*)::int AS held FROM pg_locks WHERE locktype = 'advisory'";
  const held: unknown[] = [];
  let changes = 0;
  const late: System = {
    async probe(credential, context) {
      const now = (await server.query(locks))[0]?.held;
      // A count that came after the probe was given up says nothing: the rotation may have ended.
      if (!context.signal.aborted) held.push(now);
      return real.probe(credential, context);
    },
    async change(current, next) {
      if (changes++ === 0) await systemClock.sleep(1_500);
      return real.change(current, next, stepContext());
    },
  };
  const lockConfig = { ...base, username: "rotator", password_env: "ADMIN" };
  const sharedLock = await createSharedLock(sharedLockConfigSchema.parse(lockConfig), {
    name: "shared_lock",
    log: stepContext().log,
    directory,
    environment,
  });
  const limits = { totalMs: 4_000, failedLoginWindowMs: 1_000 };
  const { rotate } = rotatorFor(late, { clock: systemClock, sharedLock, limits });
  await rotate({ system: "app", ...start }, { usernames: ["app_late"] }).catch(() => {});
  expect(held.length).toBeGreaterThan(1);
  expect(new Set(held)).toEqual(new Set([1]));
  await expect.poll(async () => (await server.query(locks))[0]?.held).toBe(0);
});

test("alternating: the served role is never touched, user name and password change together", async () => {
  const a = await role("app_a", "password-of-a");
  const b = await role("app_b", "password-of-b");
  const rig = rigFor(await systemFrom(base), {
    usernames: ["app_a", "app_b"],
    strategy: "alternating",
  });
  const first = await rig.rotate({ username: "app_a", users: [a, b] });
  expect(first.fields.username).toBe("app_b");
  expect(await rig.opens(a)).toBe(true);
  expect(await rig.opens(first.fields)).toBe(true);
  const second = await rig.rotate(first.fields);
  expect(second.fields.username).toBe("app_a");
  expect(await rig.opens(first.fields)).toBe(true);
  expect(await rig.opens(a)).toBe(false);
});

test("admin: a role whose password nobody told the rotator gets one", async () => {
  await role("app_admin", "nobody-knows");
  const system = await systemFrom({ ...base, ...admin }, environment);
  const rig = rigFor(system, { usernames: ["app_admin"], bootstrap: true });
  const first = await rig.rotate({ username: "app_admin" });
  expect(await rig.opens(first.fields)).toBe(true);
  const second = await rig.rotate(first.fields);
  expect(await rig.opens(second.fields)).toBe(true);
  expect(await rig.opens(first.fields)).toBe(false);
});
