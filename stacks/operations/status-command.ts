import { Command } from "commander";
import { isCustomRotatedSecret } from "../gateway/item.ts";
import { type CommandIo, gatewayFor, processIo } from "./io.ts";
import { helpText, writeJson, writeTable } from "./output.ts";
import { byTrouble, type ItemStatus, itemStatus } from "./status.ts";

/** `rotation-kit status`: how every custom rotated secret is doing, worst first. */
export function statusCommand(io: CommandIo = processIo): Command {
  return new Command("status")
    .description("show how every custom rotated secret is doing, worst first")
    .option("--path <path>", "only items below this path", "/")
    .option("--json", "print one JSON document (rotation-kit/status/v1)")
    .addHelpText(
      "after",
      helpText(
        "status --path /prod/",
        "status --json | jq -r '.items[] | select(.trouble != \"ok\") | .name'",
      ),
    )
    .action(async (options: { path: string; json?: true }) => {
      const items = await gatewayFor(io).listRotatedSecrets(options.path);
      const now = io.clock.now();
      const report = items
        .filter(isCustomRotatedSecret)
        .map((item) => itemStatus(item, now))
        .sort(byTrouble);
      const ok = report.every(({ trouble }) => trouble !== "failed" && trouble !== "overdue");
      if (options.json) writeJson(io, "status", { ok, path: options.path, items: report });
      else if (report.length === 0) io.err(`no custom rotated secrets below ${options.path}\n`);
      else writeTable(io, HEADER, report.map(row));
      io.setExitCode(ok ? 0 : 2);
    });
}

const HEADER = ["ITEM", "STATE", "AGE", "LAST ROTATION", "NEXT", "VERSION", "ERROR"];

function row(item: ItemStatus): string[] {
  const { name, trouble, ageMs, lastRotation, nextRotation, version, error } = item;
  return [
    name,
    trouble,
    ageMs === null ? "-" : age(ageMs),
    lastRotation ?? "-",
    nextRotation ?? "-",
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
