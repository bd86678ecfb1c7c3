import { expect, test } from "vitest";
import { KitError } from "../../../../common/errors/kit-error.ts";
import packageJson from "../../../../package.json" with { type: "json" };
import { observeRotation, RECOVERIES } from "../../../../rotator/http/observe-rotation.ts";
import { createRotatorLog } from "../../../../rotator/observability/logger.ts";
import { createMetrics, startAtZero } from "../../../../rotator/observability/metrics.ts";

test("an old password that still works is a warning and is counted; one that is refused is neither", async () => {
  const lines: string[] = [];
  const { log } = createRotatorLog({ level: "info", write: (line) => lines.push(line) });
  const metrics = createMetrics({ running: () => 0, waiting: () => 0 });
  const binding = {
    item: "/app",
    system: "app",
    usernames: ["svc"],
    strategy: "single",
    reconcile: false,
  } as const;
  const { step } = observeRotation(metrics, binding, log, () => 0);
  step({ step: "old", outcome: "invalid", ms: 1, detail: "replaced" });
  step({ step: "old", outcome: "valid", ms: 1, detail: "replaced" });
  const told = lines.map((line) => JSON.parse(line) as { level: string; msg: string });
  expect(told).toMatchObject([
    { level: "info", msg: "old password refused" },
    { level: "warn", msg: "the old password still works" },
  ]);
  const { values } = await metrics.oldAccepted.get();
  expect(values).toEqual([{ labels: { system: "app", strategy: "single" }, value: 1 }]);
});

test("every series that an alert watches is there before its first event", async () => {
  const metrics = createMetrics({ running: () => 0, waiting: () => 0 });
  startAtZero(metrics, {
    items: { "/app": { system: "app", strategy: "single" } },
    keys: [{ id: "k1" }],
    recoveries: RECOVERIES,
  });
  const text = await metrics.registry.metrics();
  for (const series of [
    'rotator_rotations_total{system="app",strategy="single",outcome="out_of_sync"} 0',
    'rotator_rotations_total{system="app",strategy="single",outcome="internal_error"} 0',
    'rotator_recoveries_total{system="app",strategy="single",kind="replayed"} 0',
    'rotator_old_password_accepted_total{system="app",strategy="single"} 0',
    'rotator_validations_total{verdict="unavailable"} 0',
    'rotator_payload_keys_total{key="k1"} 0',
    `rotator_build_info{version="${packageJson.version}"} 1`,
    'rotator_requests_total{code="credentials_rejected"} 0',
  ]) {
    expect(text).toContain(series);
  }
});

test("a rotation tells what came of each step, and when its item last succeeded", async () => {
  const { log } = createRotatorLog({ level: "silent" });
  const metrics = createMetrics({ running: () => 0, waiting: () => 0 });
  const binding = {
    system: "app",
    usernames: ["svc"],
    strategy: "single",
    reconcile: false,
  } as const;
  const { step, until } = observeRotation(metrics, { ...binding, item: "/app" }, log, () => 0);
  step({ step: "probe", outcome: "invalid", ms: 1, detail: "current" });
  step({ step: "probe", outcome: "valid", ms: 1, detail: "attempt 0" });
  await until(
    Promise.resolve({ payload: "", outcome: "replayed", strategy: "single", generation: 1 }),
  );
  const text = await metrics.registry.metrics();
  for (const series of [
    'rotator_steps_total{system="app",strategy="single",step="probe",outcome="invalid"} 1',
    'rotator_steps_total{system="app",strategy="single",step="probe",outcome="valid"} 1',
    'rotator_recoveries_total{system="app",strategy="single",kind="replayed"} 1',
    'rotator_last_success_timestamp_seconds{system="app",strategy="single",item="/app"} ',
  ]) {
    expect(text).toContain(series);
  }
});

test("an item that fails is named with the code until its next success", async () => {
  const { log } = createRotatorLog({ level: "silent" });
  const metrics = createMetrics({ running: () => 0, waiting: () => 0 });
  const binding = { system: "app", usernames: ["svc"], strategy: "single", reconcile: false };
  const watch = (item: string) =>
    observeRotation(metrics, { ...binding, strategy: "single", item }, log, () => 0);
  const fail = (item: string, code: "busy" | "out_of_sync" | "system_unavailable") =>
    watch(item)
      .until(Promise.reject(new KitError(code)))
      .catch(() => {});
  const failing = () => metrics.registry.getSingleMetricAsString("rotator_item_failing");
  const state = (item: string, code: string) =>
    `rotator_item_failing{system="app",strategy="single",item="${item}",code="${code}"} 1`;
  await fail("/a", "system_unavailable");
  await fail("/b", "busy");
  expect(await failing()).toContain(state("/a", "system_unavailable"));
  expect(await failing()).not.toContain("/b");
  await fail("/a", "out_of_sync");
  expect(await failing()).toContain(state("/a", "out_of_sync"));
  expect(await failing()).not.toContain("system_unavailable");
  const done = { payload: "", outcome: "rotated", strategy: "single", generation: 1 } as const;
  await watch("/a").until(Promise.resolve(done));
  expect(await failing()).not.toContain("/a");
});
