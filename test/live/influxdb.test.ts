import { afterAll, beforeAll, describe, test } from "vitest";
import { systemContract } from "../../rotator/testing/contract.ts";
import { type InfluxHandle, startInflux } from "../harness/products/influxdb.ts";
import { startTcpRelay, type TcpRelay } from "../harness/tcp-relay.ts";
import { systemFrom } from "../unit/rotator/systems/support.ts";
import { LIVE_RUNS } from "./runs.ts";
import { sixSituations } from "./situations.ts";

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

async function subject() {
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

  sixSituations(
    () => ({
      account: subject,
      wrongAdmin: () => systemOf("wrong"),
      login: async ({ username, password }) => {
        const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
        const url = `http://127.0.0.1:${influx.port}/query?q=SHOW%20DATABASES`;
        return (await fetch(url, { headers: { authorization } })).ok;
      },
    }),
    LIVE_RUNS.influxdb,
  );
});
