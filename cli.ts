#!/usr/bin/env node
import { createProgram } from "./program.ts";
import { KitError } from "./rotator/errors.ts";

try {
  await createProgram().parseAsync();
} catch (error) {
  if (!(error instanceof KitError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 1;
}
