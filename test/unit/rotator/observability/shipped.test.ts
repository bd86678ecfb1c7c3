import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { ANSWER_ERRORS } from "../../../../common/errors/rotator-errors.ts";
import { createMetrics, VERDICTS } from "../../../../rotator/observability/metrics.ts";

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

/** Labels that Prometheus and its histograms add. */
const ADDED = ["le", "instance", "job"];

test.each(expressions)("%s asks for metrics and labels that exist", async (_name, expr) => {
  const { registry } = createMetrics({ running: () => 0, waiting: () => 0 });
  // Prometheus makes `up` itself.
  const known = new Map<string, readonly string[]>([["up", []]]);
  for (const metric of registry.getMetricsAsArray()) {
    const { name, type, labelNames } = metric as unknown as {
      name: string;
      type: string;
      labelNames: string[];
    };
    known.set(name, labelNames);
    if (type === "histogram") known.set(`${name}_bucket`, labelNames);
  }
  const used = expr.match(/\b((rotator|process|nodejs)_[a-z0-9_]+|up)\b/g) ?? [];
  expect(used.length).toBeGreaterThan(0);
  for (const name of used) expect([...known.keys()]).toContain(name);
  const labels = [...ADDED, ...used.flatMap((name) => known.get(name) ?? [])];
  const asked = [
    ...[...expr.matchAll(/(\w+)=~?"/g)].map(([, label]) => label),
    ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(/,\s*/)),
  ];
  for (const label of asked) expect(labels).toContain(label);
  for (const [, values = ""] of expr.matchAll(/(?:outcome|code|verdict|kind)=~?"([^"]+)"/g)) {
    for (const value of values.split("|").filter((text) => !text.includes("*")))
      expect([...Object.keys(ANSWER_ERRORS), "rotated", ...VERDICTS]).toContain(value);
  }
});

test.each(
  alerts.map(({ alert, ...rule }) => [alert, rule] as const),
)("the words of %s name labels that its expression leaves", (_name, { expr, annotations }) => {
  const [, kept] = /by \(([^)]*)\)/.exec(expr) ?? [];
  if (kept === undefined) return;
  for (const [, label] of JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g))
    expect(kept.split(/,\s*/)).toContain(label);
});
