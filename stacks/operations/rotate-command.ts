import { Command } from "commander";
import { told } from "./advice.ts";
import { type CommandIo, gatewayFor, processIo } from "./io.ts";
import { helpText, printJson, writeRow } from "./output.ts";
import { mapPooled } from "./pool.ts";
import { type Progress, rotateAll } from "./rotate-all.ts";
import { wholeNumberOption } from "./whole-number.ts";

interface Options {
  readonly concurrency: number;
  readonly json?: true;
}

/** `rotation-kit rotate NAME…`: rotates items now. */
export function rotateCommand(io: CommandIo = processIo): Command {
  return new Command("rotate")
    .description("rotate items now, and show the result of each")
    .argument("<name...>", "full paths of the items")
    .option(
      "--concurrency <number>",
      "how many to rotate at the same time, 1 to 32",
      wholeNumberOption(1, 32),
      1,
    )
    .option("--json", "print one JSON document (rotation-kit/rotate/v1)")
    .addHelpText(
      "after",
      helpText("rotate /prod/reporting-app-svc", "rotate --concurrency 4 /prod/a /prod/b /prod/c"),
    )
    .action(async (given: string[], options: Options) => {
      const names = [...new Set(given)];
      const gateway = gatewayFor(io);
      io.progress?.(`reading ${names.length} items ...`);
      // All items are read before the first is rotated, so that a misspelt name rotates nothing.
      const items = await mapPooled(names, (name) => gateway.describeItem(name));
      const show = options.json ? undefined : rowsOf(names, io);
      const { outcomes, errors, interrupted } = await rotateAll(gateway, items, {
        io,
        width: options.concurrency,
        ended: (progress) => show?.(progress),
      });
      const ok = errors.length === 0 && !interrupted;
      if (options.json) printJson(io, "rotate", { ok, interrupted, items: outcomes });
      const findings = errors.every(({ exitCode }) => exitCode === 2);
      io.setExitCode(ok ? 0 : findings && !interrupted ? 2 : 1);
      if (interrupted) io.quit?.();
    });
}

/** Writes the header, and then a row for each item as it ends. */
function rowsOf(names: readonly string[], io: CommandIo): (progress: Progress) => void {
  const widths = [Math.max(4, ...names.map((name) => name.length)), 11, 10, 9];
  writeRow(io, ["ITEM", "RESULT", "VERSION", "TIME"], widths);
  return ({ outcome, error }) => {
    const { name } = outcome;
    if (outcome.outcome === "rotated") {
      const { version_before: before, version_after: after, ms } = outcome;
      writeRow(io, [name, "rotated", `${before ?? "?"} -> ${after ?? "?"}`, `${ms} ms`], widths);
      return;
    }
    writeRow(io, [name, outcome.outcome, "", ""], widths);
    if (error !== undefined) io.err(`${name}: ${told(error)}\n`);
  };
}
