import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemContract } from "../../rotator/testing/contract.ts";
import { type RabbitHandle, startRabbit } from "../harness/rabbitmq.ts";
import { startTcpRelay, type TcpRelay } from "../harness/tcp-relay.ts";
import { stepContext, systemFrom } from "../unit/rotator/systems/support.ts";
import { LIVE_RUNS } from "./runs.ts";
import { sixSituations } from "./situations.ts";

let rabbit: RabbitHandle;
let relay: TcpRelay;
let count = 0;

beforeAll(async () => {
  rabbit = await startRabbit();
  relay = await startTcpRelay(Number(new URL(rabbit.url).port));
});
afterAll(async () => {
  await relay.stop();
  await rabbit.stop();
});

const systemOf = (adminPassword = rabbit.admin.password) =>
  systemFrom(
    {
      type: "http",
      recipe: "rabbitmq",
      origin: `http://127.0.0.1:${relay.port}`,
      allow_plain_http: true,
      authority: "admin",
      admin: { username: rabbit.admin.username, password_env: "ADMIN_PASSWORD" },
    },
    { ADMIN_PASSWORD: adminPassword },
  );

async function subject() {
  const current = { username: `user ${count++}/ä?#`, password: `first "word" ${count}` };
  await rabbit.putUser(current.username, current.password, "management,policymaker");
  return {
    system: await systemOf(),
    current,
    outage: { begin: () => relay.cut(), end: () => relay.restore() },
    freshPassword: () => `fresh%20&=\\:${count++}`,
  };
}

describe("RabbitMQ, run for real", () => {
  const features = ["passwords", "outage", "reconcile"] as const;
  for (const { name, run } of systemContract(features, subject)) test(name, run);

  test("a change keeps the user's tags", async () => {
    const { system, current, freshPassword } = await subject();
    const next = { username: current.username, password: freshPassword() };
    const before = await rabbit.tags(current.username);
    expect(await system.change(current, next, stepContext())).toEqual({ result: "changed" });
    expect(await rabbit.tags(current.username)).toEqual(before);
  });

  test("an account without a management tag cannot be probed, and says so", async () => {
    const { system } = await subject();
    await rabbit.putUser("untagged", "untagged-password", "");
    const account = { username: "untagged", password: "untagged-password" };
    expect(await system.probe(account, stepContext())).toMatchObject({ result: "unknown" });
  });

  sixSituations(
    () => ({
      account: subject,
      wrongAdmin: () => systemOf("wrong-password"),
      login: async ({ username, password }) => {
        const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
        return (await fetch(`${rabbit.url}/api/whoami`, { headers: { authorization } })).ok;
      },
    }),
    LIVE_RUNS.rabbitmq,
  );
});
