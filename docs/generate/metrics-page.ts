import type { Registry } from "prom-client";
import { systemClock } from "../../common/clock.ts";
import { createMetrics } from "../../rotator/observability/metrics.ts";
import { ItemMetrics } from "../../stacks/operations/item-metrics.ts";
import { code, GENERATED, table } from "./markdown.ts";

/** docs/reference/metrics.md, from what the rotator and the exporter register. */
export function metricsPage(): string {
  return `# Metrics

${GENERATED}

No label holds a secret. [Alert rules](../../rotator/observability/alerts.yaml) and a
[dashboard](../../rotator/observability/dashboard.json) for Grafana read these.

## The rotator

On its second port (\`metrics.port\`), for this process alone: they begin at 0 with each start.
Beside these there are those of Node.js and of the process, \`nodejs_*\` and \`process_*\`.

${rows(createMetrics({ running: () => 0, waiting: () => 0 }).registry, "rotator_")}

## The exporter

\`rotation-kit exporter\` and \`rotation-kit status --metrics\` read the items from the gateway
([alerts about items](../guides/alerts.md)).

${rows(new ItemMetrics(systemClock).registry, "rotation_kit_")}
`;
}

/** What prom-client knows of a metric and does not say in its types. */
interface Registered {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

function rows(registry: Registry, prefix: string): string {
  const metrics = registry.getMetricsAsArray() as unknown as readonly Registered[];
  const own = metrics.filter(({ name }) => name.startsWith(prefix));
  return table(
    ["Metric", "Type", "Labels", "Meaning"],
    own.map(({ name, type, labelNames, help }) => [
      code(name),
      type,
      labelNames.map(code).join(", "),
      help,
    ]),
  );
}
