import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { escapeIdentifier, escapeLiteral } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sharedLockConfigSchema } from "../../../rotator/systems/postgres/config.ts";
import { createSharedLock } from "../../../rotator/systems/postgres/create.ts";
import { openSession } from "../../../rotator/systems/postgres/session.ts";
import { type ContractSubject, systemContract } from "../../../rotator/testing/contract.ts";
import { createAuthority } from "../../harness/pki.ts";
import { type PostgresHandle, startPostgres } from "../../harness/postgres.ts";
import { stepContext, systemFrom } from "../../unit/rotator/systems/support.ts";

let directory: string;
let server: PostgresHandle;
let base: object;
const environment = { ROTATOR_PASSWORD: "rotator-password" };
const admin = { username: "rotator", password_env: "ROTATOR_PASSWORD" };
let count = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "systems-"));
  const authority = await createAuthority();
  await writeFile(join(directory, "ca.pem"), authority.cert);
  server = await startPostgres(await authority.issue({ hosts: ["localhost"] }));
  base = {
    type: "postgres" as const,
    host: server.host,
    port: server.port,
    database: "app",
    ca_file: join(directory, "ca.pem"),
  };
  await server.query("CREATE DATABASE app");
  await server.query("CREATE ROLE rotator LOGIN CREATEROLE PASSWORD 'rotator-password'");
});

afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

async function role(name: string, password: string) {
  await server.query(
    `CREATE ROLE ${escapeIdentifier(name)} LOGIN PASSWORD ${escapeLiteral(password)}`,
  );
  await server.query(
    `GRANT ${escapeIdentifier(name)} TO rotator WITH ADMIN OPTION, INHERIT FALSE, SET FALSE`,
  );
  return { username: name, password };
}

/** A role whose name needs quoting, with passwords full of what SQL and URLs treat specially. */
async function subject(config: object): Promise<ContractSubject> {
  const current = await role(`o'brien "${count++}"; DROP`, `it's $$ \\ "quoted" %20 ${count}`);
  return {
    system: await systemFrom({ ...base, ...config }, environment),
    current,
    freshPassword: () => `fresh '${count++}' \\'; -- {}`,
    outage: {
      begin: () => acceptConnections(false),
      end: () => acceptConnections(true),
    },
  };
}

/** Every new login is turned away with a server error, as during a fail-over. */
async function acceptConnections(on: boolean): Promise<void> {
  await server.query(`ALTER DATABASE app ALLOW_CONNECTIONS ${on}`);
}

describe("contract, authority account", () => {
  const features = ["passwords", "compares-current", "outage"] as const;
  for (const { name, run } of systemContract(features, () => subject({}))) test(name, run);
});

/** What PostgreSQL prepares with SASLprep, and what it uses as it is because SASLprep prohibits it. */
test.each([
  ["changed by normalization", "½-ﬁrst-password"],
  ["composed on the way", "Gro\u0308ße-1"],
  ["a space that is not ASCII", "no\u00a0break\u200bspace"],
  ["mapped to nothing", "soft\u00adhyphen\ufe0f"],
  ["nothing left of it", "\u00ad\u200d"],
  ["an emoji", "Größe½🔑-abc"],
  ["assigned after Unicode 3.2", "½\u0221\u1e9e"],
  ["a letter for private use", "½\ue000"],
  ["a control character beside others", "½\u0007"],
  ["a mark of direction", "½\u200e"],
  ["prohibited until it is normalized", "a\u0340½"],
  ["normalized to a prohibited space", "a\u2003½\u3000"],
  ["right to left and back", "ﻻfirst-password1"],
  ["right to left from end to end", "ﻻ1½ﻻ"],
  ["right to left, then a digit", "ﻻ½1"],
  ["right to left inside", "½\u05d0½"],
])("a password that psql logs in with is proved: %s", async (name, password) => {
  const current = await role(name, password);
  const system = await systemFrom({ ...base }, environment);
  const wrong = { ...current, password: `${password}½` };
  expect(await system.probe(current, stepContext())).toEqual({ result: "valid" });
  expect(await system.probe(wrong, stepContext())).toEqual({ result: "invalid" });
  const next = { ...current, password: "fresh-password" };
  expect(await system.change(current, next, stepContext())).toEqual({ result: "changed" });
  expect(await system.probe(next, stepContext())).toEqual({ result: "valid" });
});

test("what the role's own settings would make of a session does not keep it from rotating", async () => {
  const current = await role("settings", "first-password");
  await server.query("CREATE ROLE somebody_else");
  await server.query("GRANT somebody_else TO settings");
  for (const setting of [
    "default_transaction_read_only = on",
    "role = somebody_else",
    "search_path = nowhere",
    "lock_timeout = 1",
    "statement_timeout = 60",
  ])
    await server.query(`ALTER ROLE settings SET ${setting}`);
  const system = await systemFrom(base);
  const next = { username: "settings", password: "second-password" };
  expect(await system.change(current, next, stepContext())).toEqual({ result: "changed" });
  expect(await system.probe(next, stepContext())).toEqual({ result: "valid" });
});

describe("contract, authority admin", () => {
  const features = ["passwords", "outage", "reconcile"] as const;
  const config = { authority: "admin", admin };
  for (const { name, run } of systemContract(features, () => subject(config))) test(name, run);
});

test("no password ever appears in the server's log", async () => {
  const { system, current, freshPassword } = await subject({});
  const next = { username: current.username, password: freshPassword() };
  expect(await system.change(current, next, stepContext())).toEqual({ result: "changed" });
  expect(server.log()).toContain("ALTER ROLE");
  expect(server.log()).toContain("SCRAM-SHA-256$4096:");
  expect(server.log()).not.toContain(next.password);
  expect(server.log()).not.toContain(next.password.replaceAll("'", "''"));
});

test("a certificate for another name, or of an unknown authority, ends the probe as unknown", async () => {
  const current = await role("tls-user", "tls-password-1");
  const other = await systemFrom({ ...base, server_name: "other.internal" });
  const untrusting = await systemFrom({ ...base, ca_file: undefined });
  for (const system of [other, untrusting]) {
    expect(await system.probe(current, stepContext())).toEqual({
      result: "unknown",
      reason: "tls_failed",
    });
  }
});

test("a role that may not log in, and a database that is not there, are unknown", async () => {
  const current = await role("barred", "barred-password");
  await server.query("ALTER ROLE barred NOLOGIN");
  const system = await systemFrom(base);
  expect(await system.probe(current, stepContext())).toEqual({
    result: "unknown",
    reason: "login_not_allowed",
  });
  await server.query("ALTER ROLE barred LOGIN");
  const elsewhere = await systemFrom({ ...base, database: "absent" });
  expect(await elsewhere.probe(current, stepContext())).toEqual({
    result: "unknown",
    reason: "database_not_found",
  });
});

test("an admin role without rights over the account is refused", async () => {
  await server.query("CREATE ROLE foreign_role LOGIN PASSWORD 'foreign-password'");
  const system = await systemFrom({ ...base, authority: "admin", admin }, environment);
  const account = { username: "foreign_role", password: "foreign-password" };
  const next = { ...account, password: "next-password" };
  expect(await system.change(account, next, stepContext())).toEqual({
    result: "refused",
    reason: "not_permitted",
  });
});

test("a server that takes connections and says nothing is unknown when the step's time is over", async () => {
  const current = await role("patient", "patient-password");
  const system = await systemFrom(base);
  server.signal("SIGSTOP");
  try {
    const step = AbortSignal.timeout(300);
    expect(await system.probe(current, stepContext(step))).toMatchObject({ result: "unknown" });
  } finally {
    server.signal("SIGCONT");
  }
});

test("the shared lock has one holder at a time and ends when it is released", async () => {
  const config = sharedLockConfigSchema.parse({
    ...base,
    username: "rotator",
    password_env: "ROTATOR_PASSWORD",
  });
  const { log, signal } = stepContext();
  const dependencies = { name: "lock", log, directory, environment };
  const one = await createSharedLock(config, dependencies);
  const two = await createSharedLock(config, dependencies);
  const release = await one.tryAcquire("app/svc-reporting", signal);
  expect(release).toBeDefined();
  expect(await two.tryAcquire("app/svc-reporting", signal)).toBeUndefined();
  const other = await two.tryAcquire("app/another", signal);
  expect(other).toBeDefined();
  await release?.();
  await other?.();
  let lost = false;
  const again = await two.tryAcquire("app/svc-reporting", signal, () => {
    lost = true;
  });
  expect(again).toBeDefined();
  await server.query("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'");
  await expect.poll(() => lost).toBe(true);
  const last = await one.tryAcquire("app/svc-reporting", signal);
  expect(last).toBeDefined();
  await last?.();
});

test("the shared lock is kept for long, whatever ends idle sessions", async () => {
  await server.query("CREATE ROLE idler LOGIN PASSWORD 'idler-password'");
  await server.query("ALTER ROLE idler SET idle_session_timeout = '1500ms'");
  const config = sharedLockConfigSchema.parse({
    ...base,
    username: "idler",
    password_env: "IDLER_PASSWORD",
  });
  const { log, signal } = stepContext();
  const login = { username: "idler", password: "idler-password" };
  const dependencies = {
    name: "lock",
    log,
    directory,
    environment: { IDLER_PASSWORD: login.password },
  };
  const [one, two] = [
    await createSharedLock(config, dependencies),
    await createSharedLock(config, dependencies),
  ];
  const release = await one.tryAcquire("app/svc-idle", signal);
  expect(release).toBeDefined();

  // A firewall forgets a connection of which it has heard nothing for some minutes.
  const [holder] = await server.query(
    "SELECT client_port FROM pg_stat_activity WHERE usename = 'idler'",
  );
  const port = Number(holder?.client_port).toString(16).toUpperCase().padStart(4, "0");
  await expect
    .poll(() => readFileSync("/proc/net/tcp", "utf8"))
    .toMatch(new RegExp(`^ *\\d+: \\w+:${port} \\w+:\\w+ 01 \\w+:\\w+ 02:`, "m"));

  const tls = { ca: () => readFileSync(join(directory, "ca.pem"), "utf8") };
  const { host, port: at } = server;
  const another = await openSession(
    { host, port: at, database: "app", timeoutMs: 8_000, tls },
    login,
    signal,
  );
  await new Promise<void>((resolve) => another.once("end", () => resolve()));
  expect(await two.tryAcquire("app/svc-idle", signal)).toBeUndefined();
  await release?.();
});
