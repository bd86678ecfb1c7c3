import { expect, test } from "vitest";
import { systemClock } from "../../../../common/clock.ts";
import { Gateway } from "../../../../stacks/gateway/client.ts";
import { startExporter } from "../../../../stacks/operations/exporter-command.ts";
import { healCommand } from "../../../../stacks/operations/heal-command.ts";
import { statusCommand } from "../../../../stacks/operations/status-command.ts";
import { undocumentedMetrics } from "../../../harness/documented-metrics.ts";
import { setStage } from "../../harness/gateway/api.ts";
import { runKit } from "./run-command.ts";

/** A gateway whose items rotate at a rotator that answers as told. */
async function stage(...names: string[]) {
  const made = await setStage();
  for (const name of names) {
    await made.createSecret({ name, "auto-rotate": "true", "rotation-interval": "30" });
  }
  const environment = {
    AKEYLESS_GATEWAY: made.gateway.url,
    AKEYLESS_ACCESS_ID: made.gateway.accessId,
    AKEYLESS_ACCESS_KEY: made.gateway.accessKey,
  };
  const fail = async (name: string, status: number, code: string) => {
    made.rotator.answer = () => ({ status, body: JSON.stringify({ code, message: "no" }) });
    await made.post("/gateway-rotate-secret", { name });
  };
  const heal = async (...args: string[]) => {
    const run = await runKit(healCommand, ["--json", ...args], environment, {
      now: () => made.gateway.clock.now(),
    });
    const { ok, items } = JSON.parse(run.stdout) as {
      ok: boolean;
      items: { name: string; outcome: string }[];
    };
    const outcomes = items.map(({ name, outcome }) => `${name} ${outcome}`);
    return { exitCode: run.exitCode, ok, outcomes };
  };
  return { ...made, environment, fail, heal };
}

test("what failed is rotated again, what is well is left alone", async () => {
  const { rotator, gateway, fail, heal } = await stage("/a", "/b");
  await fail("/a", 503, "system_unavailable");
  rotator.answer = () => ({ status: 200, body: '{"payload":"healed"}' });
  expect(await heal()).toEqual({ exitCode: 0, ok: true, outcomes: ["/a healed"] });
  expect(gateway.item("/a")?.versions.at(-1)?.payload).toBe("healed");
  expect(gateway.item("/b")?.versions).toHaveLength(1);
  expect(await heal()).toEqual({ exitCode: 0, ok: true, outcomes: [] });
});

test("a failure that may pass is tried a few times, and then told", async () => {
  const { rotator, fail, heal } = await stage("/a");
  await fail("/a", 503, "system_unavailable");
  let calls = 0;
  rotator.answer = () => {
    calls += 1;
    return { status: 503, body: '{"code":"system_unavailable","message":"no"}' };
  };
  expect(await heal("--attempts", "2")).toMatchObject({ exitCode: 2, outcomes: ["/a failed"] });
  expect(calls).toBe(2);
});

test("what repeating cannot help is left to a person", async () => {
  const { rotator, fail, heal } = await stage("/a");
  await fail("/a", 422, "policy_rejected");
  let calls = 0;
  rotator.answer = () => {
    calls += 1;
    return { status: 200, body: '{"payload":"x"}' };
  };
  expect(await heal()).toMatchObject({ exitCode: 2, outcomes: ["/a needs-a-person"] });
  expect(calls).toBe(0);
});

test("a run is bounded, and gives up where everything fails", async () => {
  const names = ["/a", "/b", "/c", "/d", "/e", "/f"];
  const { rotator, fail, heal } = await stage(...names);
  for (const name of names) await fail(name, 503, "system_unavailable");
  const { outcomes } = await heal("--attempts", "1");
  expect(outcomes.map((text) => text.split(" ")[1])).toEqual([
    ...Array.from({ length: 5 }, () => "failed"),
    "not-started",
  ]);
  rotator.answer = () => ({ status: 200, body: '{"payload":"healed"}' });
  const bounded = await heal("--max", "2");
  expect(bounded.outcomes.filter((text) => text.endsWith(" healed"))).toHaveLength(2);
  expect(bounded).toMatchObject({ exitCode: 2, ok: false });
});

test("status --metrics tells state, code and dates of every item", async () => {
  const { environment, fail, gateway } = await stage("/a", "/b");
  await fail("/a", 409, "out_of_sync");
  const run = await runKit(statusCommand, ["--metrics"], environment, {
    now: () => gateway.clock.now(),
  });
  expect(run.stdout).toContain('rotation_kit_item_state{item="/a",state="failed"} 1\n');
  expect(run.stdout).toContain('rotation_kit_item_state{item="/b",state="failed"} 0\n');
  expect(run.stdout).toContain('rotation_kit_item_state{item="/b",state="never-rotated"} 1\n');
  expect(run.stdout).toContain('rotation_kit_item_error{item="/a",code="out_of_sync"} 1\n');
  expect(run.stdout).toMatch(
    /^rotation_kit_item_next_rotation_timestamp_seconds\{item="\/b"\} \d+/m,
  );
  expect(run.stdout).toContain("rotation_kit_gateway_up 1\n");
});

test("the exporter serves what the gateway says, and outlives the gateway", async () => {
  const { gateway, fail } = await stage("/a");
  const { accessId, accessKey, url } = gateway;
  let reachable = true;
  const told: string[] = [];
  const client = new Gateway(
    { address: url, credentials: { type: "access-key", accessId, accessKey } },
    {
      clock: { ...systemClock, sleep: () => Promise.resolve() },
      fetch: (...given) => (reachable ? fetch(...given) : Promise.reject(new TypeError("down"))),
    },
  );
  const exporter = await startExporter(client, "/", {
    host: "127.0.0.1",
    port: 0,
    io: { clock: gateway.clock, err: (text) => void told.push(text) },
  });
  const metrics = async () => (await fetch(`http://${exporter.address}/metrics`)).text();
  try {
    expect(await metrics()).toContain('state="never-rotated"} 1');
    expect(undocumentedMetrics(await metrics())).toEqual([]);
    await fail("/a", 503, "busy");
    await exporter.read();
    expect(await metrics()).toContain('rotation_kit_item_error{item="/a",code="busy"} 1');
    reachable = false;
    await exporter.read();
    expect(await metrics()).toContain("rotation_kit_gateway_up 0");
    expect(await metrics()).toContain('rotation_kit_item_state{item="/a",state="failed"} 1');
    expect(told.join("")).toMatch(/^gateway_unreachable: /);
    expect((await fetch(`http://${exporter.address}/`)).status).toBe(404);
  } finally {
    await exporter.stop();
  }
});
