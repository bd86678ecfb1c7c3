import { Command, Option } from "commander";
import { defined } from "../../../../common/defined.ts";
import type { CommandIo } from "../../../../stacks/operations/io.ts";
import { faults } from "../../faults.ts";
import { GATEWAY_FAULTS } from "../../gateway/fault-table.ts";
import { control } from "./control-client.ts";

interface Options {
  readonly at?: string;
  readonly item?: string;
  readonly path?: string;
  readonly times?: number;
  readonly milliseconds?: number;
  readonly probability?: number;
  readonly seed?: string;
}

/** `rotation-kit gateway fault [NAME]`: lists what can go wrong, or lets it. */
export function faultCommand(io: CommandIo): Command {
  return new Command("fault")
    .description("inject a fault into a running emulated gateway; without a name, list the faults")
    .argument("[name]", "name of the fault, or clear to remove the waiting ones")
    .addOption(
      new Option(
        "--at <step>",
        "step at which it occurs (default: the first step that has it)",
      ).choices(Object.keys(GATEWAY_FAULTS)),
    )
    .option("--item <name>", "only for this item")
    .option("--path <path>", "with --at api: only for calls of this address")
    .option("--times <number>", "how often", Number)
    .option("--milliseconds <number>", "duration, for faults that last", Number)
    .option(
      "--probability <number>",
      "probability from 0 to 1; it then stays until you clear it",
      Number,
    )
    .option("--seed <text>", "with --probability: occur at the same calls every time")
    .action(async (name: string | undefined, options: Options) => {
      if (name === undefined) return io.out(LIST);
      if (name === "clear") await control(io, "DELETE", "/faults");
      else await control(io, "POST", "/faults", { name, ...defined(options) });
      const state = await control(io, "GET", "/state");
      for (const fault of state.faults as readonly object[]) io.out(`${JSON.stringify(fault)}\n`);
    });
}

const LIST = Object.entries(GATEWAY_FAULTS)
  .flatMap(([at, names]) =>
    names.map((name) => `${at.padEnd(11)} ${name.padEnd(17)} ${faults[name]}\n`),
  )
  .join("");
