import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ContractSubject, systemContract } from "../../rotator/testing/contract.ts";
import { rigFor } from "../e2e/systems/rig.ts";
import { type InfluxHandle, startInflux } from "../harness/products/influxdb.ts";
import { startTcpRelay, type TcpRelay } from "../harness/tcp-relay.ts";
import { stepContext, systemFrom } from "../unit/rotator/systems/support.ts";

let influx: InfluxHandle;
let relay: TcpRelay;
let count = 0;

beforeAll(async () => {
  influx = await startInflux();
  relay = await startTcpRelay(influx.port);
});
afterAll(async () => {
  await relay?.stop();
  await influx?.stop();
});

const systemOf = (password = influx.admin.password) =>
  systemFrom(
    {
      type: "http",
      recipe: "influxdb-1",
      origin: `http://127.0.0.1:${relay.port}`,
      allow_plain_http: true,
      authority: "admin",
      admin: { username: influx.admin.username, password_env: "ADMIN_PASSWORD" },
    },
    { ADMIN_PASSWORD: password },
  );

async function subject(): Promise<ContractSubject> {
  const current = { username: `o'brien "${count++}"; $x`, password: "first-password" };
  const name = current.username.replaceAll('"', '\\"');
  await influx.query(`CREATE USER "${name}" WITH PASSWORD '${current.password}'`);
  return {
    system: await systemOf(),
    current,
    outage: { begin: () => relay.cut(), end: () => relay.restore() },
    freshPassword: () => `fresh '"\\ $user {} & = + % ü ${count++}`,
  };
}

describe("InfluxDB 1.x, run for real", () => {
  const features = ["passwords", "outage", "reconcile"] as const;
  for (const { name, run } of systemContract(features, subject)) test(name, run);

  test("ten rotations follow one another, and one whose answer was lost is found", async () => {
    const { system, current } = await subject();
    const rig = rigFor(system, { usernames: [current.username] });
    let { fields } = await rig.rotate(current);
    for (let round = 0; round < 9; round++) ({ fields } = await rig.rotate(fields));
    expect(await rig.opens(fields)).toBe(true);
    await rig.rotate(fields);
    const again = await rig.rotate(fields);
    expect(again.outcome).toBe("replayed");
    expect(await rig.opens(again.fields)).toBe(true);
  });

  test("a wrong admin credential is named, and nothing changes", async () => {
    const { current, freshPassword } = await subject();
    const system = await systemOf("wrong");
    const next = { ...current, password: freshPassword() };
    expect(await system.change(current, next, stepContext())).toMatchObject({
      result: "refused",
      authority: "admin",
      status: 401,
    });
    expect(await system.probe(current, stepContext())).toEqual({ result: "valid" });
  });
});
