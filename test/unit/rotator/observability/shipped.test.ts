import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { ANSWER_ERRORS } from "../../../../rotator/error-codes.ts";
import { createMetrics } from "../../../../rotator/observability/metrics.ts";

const FOLDER = new URL("../../../../rotator/observability/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, FOLDER), "utf8");

const alerts = z
  .object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            alert: z.string(),
            expr: z.string(),
            labels: z.object({ severity: z.enum(["warning", "critical"]) }),
            annotations: z.object({ summary: z.string(), action: z.string() }),
          }),
        ),
      }),
    ),
  })
  .parse(parse(read("alerts.yaml")))
  .groups.flatMap(({ rules }) => rules);

const panels = z
  .object({
    panels: z.array(
      z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) }),
    ),
  })
  .parse(JSON.parse(read("dashboard.json"))).panels;

const expressions = [
  ...alerts.map(({ alert, expr }) => [alert, expr] as const),
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
];

test.each(expressions)("%s asks for metrics and labels that exist", async (_name, expr) => {
  const { registry } = createMetrics({ running: () => 0, waiting: () => 0 });
  // Prometheus makes `up` itself.
  const known = new Set(["up"]);
  for (const { name, type } of await registry.getMetricsAsJSON()) {
    known.add(name);
    // prom-client's types say `MetricType`, its answer is the text.
    if (String(type) === "histogram") known.add(`${name}_bucket`);
  }
  const used = expr.match(/\b((rotator|process|nodejs)_[a-z0-9_]+|up)\b/g) ?? [];
  expect(used.length).toBeGreaterThan(0);
  for (const name of used) expect(known).toContain(name);
  for (const [, codes = ""] of expr.matchAll(/(?:outcome|code)=~?"([^"]+)"/g)) {
    for (const code of codes.split("|").filter((text) => !text.includes("*")))
      expect([...Object.keys(ANSWER_ERRORS), "rotated"]).toContain(code);
  }
});
