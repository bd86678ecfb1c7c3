#!/usr/bin/env node
import { Command } from "commander";
import { KitError } from "./rotator/errors.ts";
import { serveCommand } from "./rotator/serve.ts";
import { checkCommand } from "./stacks/operations/check-command.ts";
import { driftCommand } from "./stacks/operations/drift-command.ts";
import { importCommand } from "./stacks/operations/import-command.ts";
import { itemCommand } from "./stacks/operations/item-command.ts";
import { rotateCommand } from "./stacks/operations/rotate-command.ts";
import { statusCommand } from "./stacks/operations/status-command.ts";
import { rulesCommand } from "./stacks/rules/rules-command.ts";

const program = new Command("rotation-kit")
  .description("Custom rotated secrets of Akeyless as code")
  .showHelpAfterError();

program.addCommand(serveCommand());
program.addCommand(rotateCommand());
program.addCommand(checkCommand());
program.addCommand(statusCommand());
program.addCommand(driftCommand());
program.addCommand(itemCommand());
program.addCommand(importCommand());
program.addCommand(rulesCommand());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof KitError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 1;
}
