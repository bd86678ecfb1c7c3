#!/usr/bin/env node
import { KitError, printed } from "./common/errors/kit-error.ts";
import { createProgram } from "./program.ts";
import { asDocument } from "./stacks/operations/advice.ts";
import { printJson } from "./stacks/operations/output.ts";

// The reader of the output may stop early (`| head`).
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

try {
  // Nothing after the name of the command: it says what it sees here.
  if (process.argv.length === 2)
    (await import("./stacks/init/overview.ts")).tellNext(process.cwd());
  else await createProgram().parseAsync();
} catch (error) {
  if (!(error instanceof KitError)) throw error;
  if (process.argv.includes("--json")) {
    printJson({ out: (text) => void process.stdout.write(text) }, "error", {
      ok: false,
      error: asDocument(error),
    });
  }
  process.stderr.write(`${printed(error)}\n`);
  // A module of the rotator may have begun something that would keep the process alive.
  process.exit(error.exitCode);
}
