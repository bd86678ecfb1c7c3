import { Command, InvalidArgumentError } from "commander";
import type { CommandIo } from "../../../../stacks/operations/io.ts";
import { control } from "./control-client.ts";

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const EXAMPLES = `
Examples:
  rotation-kit gateway clock show
  rotation-kit gateway clock still
  rotation-kit gateway clock run 60
  rotation-kit gateway clock jump 30d
`;

/** `rotation-kit gateway clock still|run|jump|show`. */
export function clockCommand(io: CommandIo): Command {
  const show = ({ now, speed }: Readonly<Record<string, unknown>>) =>
    io.out(`${now} ${speed === 0 ? "still" : `running, ${speed} times real time`}\n`);
  return new Command("clock")
    .description("move the time of a running emulated gateway")
    .addHelpText("after", EXAMPLES)
    .addCommand(
      new Command("show").description("tell its time").action(async () => {
        show(await control(io, "GET", "/clock"));
      }),
    )
    .addCommand(
      new Command("still").description("stop the clock").action(async () => {
        show(await control(io, "POST", "/clock/still"));
      }),
    )
    .addCommand(
      new Command("run")
        .description("let it run")
        .argument("[speed]", "how much faster than real time", Number, 1)
        .action(async (speed: number) => {
          show(await control(io, "POST", "/clock/run", { speed }));
        }),
    )
    .addCommand(
      new Command("jump")
        .description("move it ahead, and wait for every rotation that became due")
        .argument("<duration>", "for example 90s, 15m, 6h or 30d", duration)
        .action(async (milliseconds: number) => {
          show(await control(io, "POST", "/clock/advance", { milliseconds }));
        }),
    );
}

function duration(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  if (number === undefined || unit === undefined)
    throw new InvalidArgumentError("it is not a duration: a number and s, m, h or d");
  return Number(number) * UNITS[unit as keyof typeof UNITS];
}
