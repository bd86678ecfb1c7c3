#!/usr/bin/env node
import { KitError } from "./common/errors/kit-error.ts";
import { createProgram } from "./program.ts";

// Whoever reads the output may stop early (`| head`): that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

try {
  await createProgram().parseAsync();
} catch (error) {
  if (!(error instanceof KitError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  // A module of the rotator may have begun something that would keep the process alive.
  process.exit(1);
}
