import { describe, expect, test } from "vitest";
import { type ContractSubject, systemContract } from "../../rotator/testing/contract.ts";
import { rigFor } from "../e2e/systems/rig.ts";
import { runCommand } from "../harness/processes.ts";
import { startRedis } from "../harness/redis.ts";
import { startTcpRelay } from "../harness/tcp-relay.ts";
import { stepContext, systemFrom } from "../unit/rotator/systems/support.ts";

const EXAMPLES = new URL("../../docs/examples/", import.meta.url);
const example = new URL("redis-system.ts", EXAMPLES).pathname;
let count = 0;

async function subject(): Promise<ContractSubject> {
  const redis = await startRedis({ worker: "first-password" });
  const relay = await startTcpRelay(redis.port);
  const options = { port: relay.port, admin_password_file: redis.adminPasswordFile };
  return {
    system: await systemFrom({ type: "module", path: example, options }),
    current: { username: "worker", password: "first-password" },
    freshPassword: () => `fresh "p\r\nass" ${count++}`,
    outage: { begin: () => relay.cut(), end: () => relay.restore() },
    async dispose() {
      await relay.stop();
      await redis.stop();
    },
  };
}

describe("the worked example of docs/guides/write-a-system.md, on a real Redis", () => {
  // Without `outage`: the example lets errors of the network through, which the rotation reads as
  // unknown and ambiguous; that is checked below.
  const features = ["passwords", "reconcile", "retaining"] as const;
  for (const { name, run } of systemContract(features, subject)) test(name, run);

  test("proves itself with the lines that the guide shows", async () => {
    const redis = await startRedis({ worker: "first-password" });
    const file = new URL("redis-system.test.ts", EXAMPLES).pathname;
    const { code, stdout } = await runCommand(
      process.execPath,
      ["--import", "tsx", "--test", "--test-reporter", "tap", file],
      {
        env: {
          PATH: process.env.PATH ?? "",
          REDIS_PORT: String(redis.port),
          REDIS_ADMIN_PASSWORD_FILE: redis.adminPasswordFile,
        },
      },
    );
    await redis.stop();
    expect(code).toBe(0);
    expect(stdout).toContain(`# pass ${systemContract(features, subject).length}`);
  });

  test("an outage is an error, never a result", async () => {
    const { system, current, outage, dispose } = await subject();
    await outage?.begin();
    await expect(system.probe(current, stepContext())).rejects.toThrow();
    await expect(system.change(current, current, stepContext())).rejects.toThrow();
    await dispose?.();
  });

  test("dual-password: the password before keeps working until the rotation after", async () => {
    const { system, current, dispose } = await subject();
    const rig = rigFor(system, { usernames: ["worker"], strategy: "dual-password" });
    const first = await rig.rotate(current);
    expect([await rig.opens(current), await rig.opens(first.fields)]).toEqual([true, true]);
    const second = await rig.rotate(first.fields);
    const opened = [current, first.fields, second.fields].map((credential) =>
      rig.opens(credential),
    );
    expect(await Promise.all(opened)).toEqual([false, true, true]);
    await dispose?.();
  });

  test.each([
    "configuration",
    "acl-file",
  ] as const)("what is changed outlives a restart, users in the %s", async (usersIn) => {
    const redis = await startRedis({ worker: "first-password" }, usersIn);
    const options = { port: redis.port, admin_password_file: redis.adminPasswordFile };
    const system = await systemFrom({ type: "module", path: example, options });
    const rig = rigFor(system, { usernames: ["worker"], strategy: "dual-password" });
    let { fields } = await rig.rotate({ username: "worker", password: "first-password" });
    for (let round = 0; round < 4; round++) ({ fields } = await rig.rotate(fields));
    await redis.restart();
    expect(await rig.opens(fields)).toBe(true);
    expect((await rig.rotate(fields)).outcome).toBe("rotated");
    await redis.stop();
  });
});
