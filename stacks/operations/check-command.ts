import { Command } from "commander";
import { defined } from "../../common/defined.ts";
import { oneLine } from "../../common/plain-text.ts";
import { readExpectation } from "../declaration/expectation.ts";
import { type CheckResult, checkItem } from "./check.ts";
import { type CommandIo, gatewayFor, processIo } from "./io.ts";
import { helpText, printJson, writeTable } from "./output.ts";
import { loadProver } from "./repair-command.ts";

interface Options {
  readonly item: string;
  readonly rotate?: true;
  readonly expect?: string;
  readonly config?: string;
  readonly json?: true;
}

/** `rotation-kit check --item NAME`: the check that follows a deploy. */
export function checkCommand(io: CommandIo = processIo): Command {
  return new Command("check")
    .description("check that an item rotates and is as declared")
    .requiredOption("--item <name>", "full path of the item")
    .option("--rotate", "rotate it once first; without this option, check the last rotation")
    .option(
      "--expect <file>",
      "JSON file with what was declared (default: the environment variable ROTATION_KIT_EXPECT)",
    )
    .option(
      "--config <file>",
      "rotator.yaml: if an older payload was written over a newer one, restore the newer one after a login proved it (default: the environment variable ROTATION_KIT_CONFIG)",
    )
    .option("--json", "print one JSON document (rotation-kit/check/v1)")
    .addHelpText(
      "after",
      helpText(
        "check --item /prod/reporting-app-svc --rotate",
        "check --item /prod/reporting-app-svc --expect expected.json --json",
      ),
    )
    .action(async (options: Options) => {
      io.progress?.(`${options.rotate ? "rotating and checking" : "checking"} ${options.item} ...`);
      const config = options.config ?? io.environment.ROTATION_KIT_CONFIG;
      const results = await checkItem(gatewayFor(io), options.item, {
        rotate: options.rotate === true,
        expectation: readExpectation(options.expect, io.environment),
        environment: io.environment,
        clock: io.clock,
        ...defined({ prover: config ? await loadProver(config, io) : undefined }),
      });
      const failed = results.filter(({ result }) => result === "failed");
      if (options.json) {
        printJson(io, "check", { ok: failed.length === 0, item: options.item, checks: results });
      } else {
        writeTable(io, ["CHECK", "RESULT", "DETAIL"], results.map(row));
      }
      if (failed.length > 0) {
        // Terraform shows a provisioner's stderr, so the item's own error must be there.
        const details = failed.map(({ detail }) => oneLine(detail)).join("; ");
        io.err(`check_failed: ${options.item}: ${details}\n`);
      }
      io.setExitCode(failed.length > 0 ? 2 : 0);
    });
}

function row({ check, result, detail }: CheckResult): string[] {
  return [check, result, detail];
}
