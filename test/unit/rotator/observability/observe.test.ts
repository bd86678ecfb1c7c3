import { expect, test } from "vitest";
import { createRotatorLog } from "../../../../rotator/observability/logger.ts";
import { createMetrics } from "../../../../rotator/observability/metrics.ts";
import { observeRotation } from "../../../../rotator/observability/observe.ts";

test("an old password that still works is a warning and is counted; one that is refused is neither", async () => {
  const lines: string[] = [];
  const { log } = createRotatorLog({ level: "info", write: (line) => lines.push(line) });
  const metrics = createMetrics({ running: () => 0, waiting: () => 0 });
  const binding = {
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
