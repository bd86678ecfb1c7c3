import { Command } from "commander";
import type { CommandIo } from "../../../../stacks/operations/io.ts";
import { helpText } from "../../../../stacks/operations/output.ts";
import type { RecordOptions } from "./record.ts";

/** `rotation-kit gateway record`: where a real account answers otherwise than the emulated gateway. */
export function recordCommand(io: CommandIo): Command {
  return new Command("record")
    .description("make the same calls at a real gateway and at the emulated one, and compare")
    .requiredOption(
      "--against <url>",
      "API address of the real gateway; the login is the environment's",
    )
    .option("--folder <path>", "folder of the account to work in", "/rotation-kit-record")
    .option(
      "--output <file>",
      "write what was found to this file, to send it to us; values are masked",
    )
    .option("--assume <name=value...>", "play the emulated gateway with these switches")
    .option("--yes", "do not ask")
    .option("--json", "print one JSON document (rotation-kit/gateway-record/v1)")
    .addHelpText(
      "after",
      NOTE + helpText("gateway record --against https://gateway.example.com:8081"),
    )
    .action(async (options: RecordOptions) => {
      const { runRecord } = await import("./record.ts");
      await runRecord(options, io);
    });
}

const NOTE = `
It creates one Web Target and one custom rotated secret in a folder of its own, changes, rotates and
deletes them, and touches nothing else. The Web Target's address refuses connections, so no rotator is called.
`;
