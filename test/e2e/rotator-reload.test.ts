import { rename } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ITEM, setRotatorStage, USERNAME } from "../harness/rotator-stage.ts";

const ITEMS = { [ITEM]: { system: "reporting-app", usernames: [USERNAME] } };

async function serve(changes: Record<string, unknown>) {
  const stage = await setRotatorStage();
  onTestFinished(() => stage.stop());
  const rotator = await stage.startRotator({ items: ITEMS, ...changes });
  onTestFinished(async () => {
    await rotator.end("SIGKILL");
  });
  await stage.declare(rotator.url);
  const replaceConfig = async (config: Record<string, unknown>) =>
    rename(await stage.writeConfig(config), join(stage.directory, "rotator-1.yaml"));
  const reload = async (config: Record<string, unknown>) => {
    await replaceConfig(config);
    process.kill(rotator.pid, "SIGHUP");
  };
  return { stage, rotator, reload, replaceConfig };
}

test("SIGHUP takes over a new configuration; what is in hand ends with the old one", async () => {
  const { stage, rotator, reload } = await serve({ items: { "/prod/other": ITEMS[ITEM] } });
  expect((await stage.rotate()).error).toContain("item_not_allowed");
  await reload({ items: ITEMS });
  await rotator.waitFor("configuration reloaded");
  const held = stage.proxy.hold(3, "after");
  const rotation = stage.rotate();
  const change = await held;
  await reload({ items: { "/prod/other": ITEMS[ITEM] } });
  await expect
    .poll(() => rotator.lines.filter(({ msg }) => msg === "configuration reloaded").length)
    .toBe(2);
  change.release();
  expect(await rotation).toEqual({ status: 200, error: "" });
  expect((await stage.rotate()).error).toContain("item_not_allowed");
  expect(await rotator.end("SIGTERM")).toBe(0);
});

test("a configuration that is wrong is refused as a whole, and the old one stays", async () => {
  const { stage, rotator, reload } = await serve({});
  await reload({ items: { [ITEM]: { system: "no-such-system", usernames: ["x"] } } });
  const line = await rotator.waitFor("configuration not reloaded, the old one stays");
  expect(JSON.stringify(line.problems)).toContain("no such system");
  expect(await stage.rotate()).toEqual({ status: 200, error: "" });
  // Neither does a setting change that only a start can change.
  await reload({ items: ITEMS, limits: { connections: 5 } });
  await expect.poll(() => rotator.text()).toContain("limits.connections");
  expect(await stage.rotate()).toEqual({ status: 200, error: "" });
  const metrics = await (await fetch(`${rotator.metricsUrl}/metrics`)).text();
  expect(metrics).toContain('rotator_config_reloads_total{result="refused"} 2');
});

test("where it is asked to watch, a changed file is enough", async () => {
  const reload = { watch_seconds: 1 };
  const items = { "/prod/other": ITEMS[ITEM] };
  const { stage, rotator, replaceConfig } = await serve({ items, reload });
  await replaceConfig({ items: ITEMS, reload });
  await rotator.waitFor("configuration reloaded");
  expect(await stage.rotate()).toEqual({ status: 200, error: "" });
});
