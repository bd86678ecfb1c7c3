import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemContract } from "../../rotator/testing/contract.ts";
import { type MariaDbHandle, startMariaDb } from "../harness/products/mariadb.ts";
import { stepContext } from "../unit/rotator/systems/support.ts";
import { exampleHook } from "./example-hook.ts";
import { LIVE_RUNS } from "./runs.ts";
import { sixSituations } from "./situations.ts";

const FIRST = "First-password-1!";
let database: MariaDbHandle;
let count = 0;

beforeAll(async () => {
  database = await startMariaDb();
});
afterAll(async () => {
  await database?.stop();
});

const systemOf = exampleHook("mariadb-hook.sh", () => ({
  DB_HOST: "127.0.0.1",
  DB_PORT: String(database.port),
  DB_ADMIN_USER: database.admin.username,
}));

async function account(more = "") {
  const current = { username: `svc-${count++}`, password: FIRST };
  await database.query(`CREATE USER '${current.username}'@'%' IDENTIFIED BY '${FIRST}' ${more}`);
  return { system: await systemOf(database.admin.password), current };
}

describe("MariaDB, by docs/examples/mariadb-hook.sh", () => {
  const features = ["passwords", "compares-current", "policy", "reconcile"] as const;
  const subject = async () => ({
    ...(await account()),
    freshPassword: () => `Fre"sh'\\ $x \`id\` #; ${count++}!`,
    weakPassword: "short",
  });
  for (const { name, run } of systemContract(features, subject)) test(name, run);

  sixSituations(
    () => ({
      account,
      wrongAdmin: () => systemOf("wrong-password"),
      login: ({ username, password }) => database.login(username, password),
      lock: async (name) => {
        for (let failed = 0; failed < 5; failed += 1) await database.login(name, "wrong");
      },
      unlock: () => database.query("FLUSH PRIVILEGES"),
      tighten: () => database.query("SET GLOBAL simple_password_check_minimal_length = 100"),
      loosen: () => database.query("SET GLOBAL simple_password_check_minimal_length = 8"),
    }),
    LIVE_RUNS.mariadb,
  );

  test("an account that is disabled, or whose password a person has to change", async () => {
    const off = await account("ACCOUNT LOCK");
    expect(await off.system.probe(off.current, stepContext())).toMatchObject({
      result: "unknown",
      account: "disabled",
    });
    const expired = await account("PASSWORD EXPIRE");
    const { system, current } = expired;
    expect(await system.probe(current, stepContext())).toEqual({
      result: "valid",
      account: "must_change",
    });
  });
});
