import { Command } from "commander";
import { told } from "./advice.ts";
import { heal } from "./heal.ts";
import { type CommandIo, gatewayFor, processIo } from "./io.ts";
import { helpText, printJson, writeRow } from "./output.ts";
import { wholeNumberOption } from "./whole-number.ts";

interface Options {
  readonly path: string;
  readonly max: number;
  readonly attempts: number;
  readonly json?: true;
}

const WIDTHS = [40, 14, 14];

/** `rotation-kit heal`: rotates what failed or is overdue, for a cron job. */
export function healCommand(io: CommandIo = processIo): Command {
  return new Command("heal")
    .description("rotate what failed or is overdue, within limits; for a cron job")
    .option("--path <path>", "only items below this path", "/")
    .option("--max <number>", "most items to rotate in one run", wholeNumberOption(1, 1_000), 20)
    .option("--attempts <number>", "most attempts for one item", wholeNumberOption(1, 10), 3)
    .option("--json", "print one JSON document (rotation-kit/heal/v1)")
    .addHelpText(
      "after",
      `
The gateway does not repeat a rotation that failed. This does, one item after the other: a failure
that may pass is tried again after 30 s, 60 s, and so on; one that repeating cannot help, by the code in
the rotator's answer, is left to a person. After five items in a row that cannot be healed the others wait.
Exit code 2: something is left.
${helpText("heal --path /prod/", "heal --max 5 --attempts 1 --json")}`,
    )
    .action(async ({ path, max, attempts, json }: Options) => {
      const gateway = gatewayFor(io);
      io.progress?.(`reading the items below ${path} ...`);
      const listed = await gateway.listRotatedSecrets(path);
      let header = json === true;
      const items = await heal(gateway, listed, {
        clock: io.clock,
        max,
        attempts,
        ended: ({ name, trouble, outcome }, error) => {
          if (json) return;
          if (!header) writeRow(io, ["ITEM", "TROUBLE", "RESULT"], WIDTHS);
          header = true;
          writeRow(io, [name, trouble, outcome], WIDTHS);
          if (error !== undefined) io.err(`${name}: ${told(error)}\n`);
        },
      });
      const ok = items.every(({ outcome }) => outcome === "healed");
      if (json) printJson(io, "heal", { ok, path, items });
      else if (items.length === 0) io.err(`nothing to heal below ${path}\n`);
      io.setExitCode(ok ? 0 : 2);
    });
}
