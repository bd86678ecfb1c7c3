import { Command } from "commander";
import { defined } from "../../common/defined.ts";
import { type CommandIo, processIo } from "../operations/io.ts";
import { helpText, printJson, writeTable } from "../operations/output.ts";
import { examine } from "./check.ts";
import { GATEWAY_CHECKS } from "./gateway.ts";
import { ITEM_CHECKS } from "./items.ts";
import { MACHINE_CHECKS } from "./machine.ts";
import { STATE_CHECKS } from "./state.ts";

interface Options {
  readonly out: string;
  readonly path: string;
  readonly config?: string;
  readonly json?: true;
}

/** `rotation-kit doctor`: the usual mistakes, each with its evidence and its repair. */
export function doctorCommand(
  io: CommandIo = processIo,
  nodeVersion: string = process.versions.node,
): Command {
  return new Command("doctor")
    .description("find the usual mistakes in a setup, and say how to repair each")
    .option("--out <directory>", "folder of the synthesized stacks", "cdktf.out")
    .option("--path <prefix>", "look at items whose names begin with this", "/")
    .option(
      "--config <file>",
      "rotator.yaml: check from the rotator's machine instead of the deployer's",
    )
    .option("--json", "print one JSON document (rotation-kit/doctor/v1)")
    .addHelpText(
      "after",
      helpText("doctor", "doctor --path /prod/", "doctor --config rotator.yaml --json"),
    )
    .action(async ({ out, path, config, json }: Options) => {
      io.progress?.("looking for the usual mistakes ...");
      const { environment, clock } = io;
      const checks = config
        ? // The rotator's configuration is loaded for this alone.
          (await import("./rotator.ts")).ROTATOR_CHECKS
        : [...MACHINE_CHECKS, ...GATEWAY_CHECKS, ...ITEM_CHECKS, ...STATE_CHECKS];
      const setup = { environment, clock, nodeVersion, out, path, ...defined({ config }) };
      const findings = await examine(checks, setup);
      const ok = findings.every(({ result }) => result !== "problem");
      if (json) printJson(io, "doctor", { ok, findings });
      else
        writeTable(
          io,
          ["CHECK", "RESULT", "EVIDENCE", "REPAIR"],
          findings.map(({ check, result, evidence, repair }) => [
            check,
            result,
            evidence,
            repair ?? "",
          ]),
        );
      io.setExitCode(ok ? 0 : 2);
    });
}
