import type { EventEmitter } from "node:events";
import { Command } from "commander";
import { VERSION } from "./common/version.ts";
import { serveCommand } from "./rotator/process/serve.ts";
import { systemCommand } from "./rotator/process/system-command.ts";
import { completionCommand } from "./stacks/completion/completion-command.ts";
import { doctorCommand } from "./stacks/doctor/doctor-command.ts";
import { initCommand } from "./stacks/init/init-command.ts";
import { approvedCommand } from "./stacks/operations/approved-command.ts";
import { checkCommand } from "./stacks/operations/check-command.ts";
import { driftCommand } from "./stacks/operations/drift-command.ts";
import { exporterCommand } from "./stacks/operations/exporter-command.ts";
import { healCommand } from "./stacks/operations/heal-command.ts";
import { importCommand } from "./stacks/operations/import-command.ts";
import { itemCommand } from "./stacks/operations/item-command.ts";
import { planCommand } from "./stacks/operations/plan-command.ts";
import { publishCommand } from "./stacks/operations/publish-command.ts";
import { reviewCommand } from "./stacks/operations/review-command.ts";
import { rotateCommand } from "./stacks/operations/rotate-command.ts";
import { rulesCommand } from "./stacks/operations/rules-command.ts";
import { stateCommand } from "./stacks/operations/state-command.ts";
import { statusCommand } from "./stacks/operations/status-command.ts";
import { conformanceCommand } from "./test/harness/commands/conformance/conformance-command.ts";
import { gatewayCommand } from "./test/harness/commands/gateway/gateway-command.ts";

/** The command line with every command: what `cli.ts` runs and docs/reference/cli.md describes. */
export function createProgram(): Command {
  const program = new Command("rotation-kit")
    .description("Custom rotated secrets of Akeyless as code")
    .version(VERSION)
    .showHelpAfterError("See `rotation-kit --help` for the commands.")
    .addCommand(initCommand())
    .addCommand(serveCommand())
    .addCommand(systemCommand())
    .addCommand(gatewayCommand())
    .addCommand(conformanceCommand())
    .addCommand(doctorCommand())
    .addCommand(rotateCommand())
    .addCommand(checkCommand())
    .addCommand(statusCommand())
    .addCommand(healCommand())
    .addCommand(exporterCommand())
    .addCommand(driftCommand())
    .addCommand(itemCommand())
    .addCommand(stateCommand())
    .addCommand(importCommand())
    .addCommand(rulesCommand())
    .addCommand(planCommand())
    .addCommand(reviewCommand())
    .addCommand(publishCommand())
    .addCommand(approvedCommand())
    .addCommand(completionCommand(createProgram));
  examplesFirst(program);
  return program;
}

/**
 * Help begins with what most readers came for: the examples, before usage and options. A command without
 * some of its own shows those of its group that are about it.
 */
function examplesFirst(
  command: Command,
  name = command.name(),
  ofGroup: readonly string[] = [],
): void {
  let after = "";
  const write = (text: string) => {
    after += text;
  };
  // Commander's types leave out that a command is an EventEmitter, through which its texts are written.
  const texts = command as unknown as EventEmitter;
  for (const tell of texts.listeners("afterHelp")) tell({ command, error: false, write });
  texts.removeAllListeners("afterHelp");
  const [block = "", lines = ""] = /^Examples?:\n((?: {2}.*\n)+)/m.exec(after) ?? [];
  const own =
    lines === "" ? ofGroup.filter((line) => line.includes(name)) : lines.trimEnd().split("\n");
  if (own.length > 0) command.addHelpText("before", `Examples:\n${own.join("\n")}\n`);
  const rest = after
    .replace(block, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  if (rest !== "") command.addHelpText("after", `\n${rest}`);
  // Descriptions break into lines on narrow terminals too.
  command.configureHelp({ minWidthToWrap: 8 });
  for (const one of command.commands) examplesFirst(one, `${name} ${one.name()}`, own);
}
