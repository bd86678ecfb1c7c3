import { Command } from "commander";
import type { Gateway } from "../gateway/client.ts";
import type { Item } from "../gateway/item.ts";
import { OperationsError } from "./errors.ts";
import { type CommandIo, gatewayFor, processIo } from "./io.ts";
import { helpText, writeJson, writeTable } from "./output.ts";
import { type Rotation, rotateOnce } from "./rotation.ts";

type Outcome =
  | ({ readonly ok: true } & Rotation)
  | { readonly ok: false; readonly name: string; readonly error: string; readonly code: string };

/** `rotation-kit rotate NAME…`: rotates items now, one after the other. */
export function rotateCommand(io: CommandIo = processIo): Command {
  return new Command("rotate")
    .description("rotate items now, one after the other, and show what became of each")
    .argument("<name...>", "full paths of the items")
    .option("--json", "print one JSON document (rotation-kit/rotate/v1)")
    .addHelpText("after", helpText("rotate /prod/reporting-app-svc"))
    .action(async (names: string[], options: { json?: true }) => {
      const gateway = gatewayFor(io);
      // All items are read before the first is rotated, so that a misspelt name rotates nothing.
      const items: Item[] = [];
      for (const name of names) items.push(await gateway.describeItem(name));
      const outcomes: Outcome[] = [];
      for (const item of items) outcomes.push(await attempt(gateway, item, io));
      if (options.json) {
        writeJson(io, "rotate", { ok: outcomes.every(({ ok }) => ok), items: outcomes });
      } else {
        writeTable(io, ["ITEM", "RESULT", "VERSION", "TIME"], outcomes.map(row));
      }
      const failures = outcomes.filter((outcome) => !outcome.ok);
      for (const { code, error } of failures) io.err(`${code}: ${error}\n`);
      const findings = failures.every(({ code }) => code === "rotation_failed");
      io.setExitCode(failures.length === 0 ? 0 : findings ? 2 : 1);
    });
}

/** One item's failure is told with the others' results, which have happened by then. */
async function attempt(gateway: Gateway, item: Item, io: CommandIo): Promise<Outcome> {
  io.progress?.(`rotating ${item.item_name} ...`);
  try {
    return { ok: true, ...(await rotateOnce(gateway, item, io.clock)) };
  } catch (error) {
    if (!(error instanceof OperationsError)) throw error;
    return { ok: false, name: item.item_name, code: error.code, error: error.message };
  }
}

function row(outcome: Outcome): string[] {
  if (!outcome.ok) return [outcome.name, "failed", "", ""];
  const { name, versionBefore, versionAfter, ms } = outcome;
  return [name, "rotated", `${versionBefore ?? "?"} -> ${versionAfter ?? "?"}`, `${ms} ms`];
}
