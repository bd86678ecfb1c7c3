import { Command } from "commander";
import { defined } from "../../common/defined.ts";
import { isCustomRotatedSecret } from "../attributes/item.ts";
import type { ItemStatus } from "./documents.ts";
import { type CommandIo, gatewayFor, processIo } from "./io.ts";
import { helpText, printJson, writeTable } from "./output.ts";
import { tellUnmarked, unmarkedIn } from "./state/unmarked.ts";
import { byTrouble, itemStatus } from "./status.ts";

/** `rotation-kit status`: how every custom rotated secret is doing, worst first. */
export function statusCommand(io: CommandIo = processIo): Command {
  return new Command("status")
    .description("show the state of every custom rotated secret, worst first")
    .option("--path <path>", "only items below this path", "/")
    .option(
      "--state <folder...>",
      "also list items whose value Terraform's state in these folders does not mark as sensitive",
    )
    .option(
      "--metrics",
      "print Prometheus metrics, for a textfile collector; the exit code is 0 or 1",
    )
    .option("--json", "print one JSON document (rotation-kit/status/v1)")
    .addHelpText(
      "after",
      helpText(
        "status --path /prod/",
        "status --metrics > /var/lib/node_exporter/rotation_kit.prom",
        "status --json | jq -r '.items[] | select(.trouble != \"ok\") | .name'",
      ),
    )
    .action(async (options: { path: string; metrics?: true; state?: string[]; json?: true }) => {
      io.progress?.(`reading the items below ${options.path} ...`);
      const items = await gatewayFor(io).listRotatedSecrets(options.path);
      if (options.metrics) {
        // The client of Prometheus is loaded for this alone.
        const { ItemMetrics } = await import("./item-metrics.ts");
        const metrics = new ItemMetrics(io.clock);
        metrics.update(items);
        io.out(await metrics.text());
        return;
      }
      const now = io.clock.now();
      const report = items
        .filter(isCustomRotatedSecret)
        .map((item) => itemStatus(item, now))
        .sort(byTrouble);
      // Nobody asks about nothing: the path is misspelt, or this identity may not see the items.
      const none = report.length === 0;
      const unmarked = options.state && (await unmarkedIn(options.state, io.environment));
      const ok =
        !none &&
        !unmarked?.length &&
        report.every(({ trouble }) => trouble !== "failed" && trouble !== "overdue");
      if (options.json)
        printJson(io, "status", {
          ok,
          path: options.path,
          items: report,
          ...defined({ unmarked }),
        });
      else if (!none) writeTable(io, HEADER, report.map(row));
      if (none) {
        const there = items.length === 0 ? "" : ` (${items.length} rotated secrets of other kinds)`;
        io.err(
          `this identity sees no custom rotated secret below ${options.path}${there}: check the path, and that its role may list items there\n`,
        );
      }
      if (!options.json) tellUnmarked(io, unmarked);
      io.setExitCode(ok ? 0 : 2);
    });
}

const HEADER = ["ITEM", "STATE", "AGE", "LAST ROTATION", "NEXT", "VERSION", "ERROR"];

function row(item: ItemStatus): string[] {
  const { name, trouble, age_ms, last_rotation, next_rotation, version, error } = item;
  return [
    name,
    trouble,
    age_ms === null ? "-" : age(age_ms),
    last_rotation ?? "-",
    next_rotation ?? "-",
    String(version ?? "-"),
    error ?? "",
  ];
}

/** A duration in its largest unit that is not zero: 3d, 5h, 12m, 40s. */
function age(ms: number): string {
  const units = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
  ] as const;
  const unit = units.find(([, length]) => ms >= length);
  return unit ? `${Math.floor(ms / unit[1])}${unit[0]}` : `${Math.max(0, Math.floor(ms / 1_000))}s`;
}
