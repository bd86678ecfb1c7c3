#!/usr/bin/env node
import { Command } from "commander";
import { KitError } from "./rotator/errors.ts";

const program = new Command("rotation-kit")
  .description("Custom rotated secrets of Akeyless as code")
  .showHelpAfterError();

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof KitError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 1;
}
