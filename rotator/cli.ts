#!/usr/bin/env node
import { KitError, printed } from "../common/errors/kit-error.ts";
import { VERSION } from "../common/version.ts";
import { healthCommand } from "./process/health.ts";
import { serveCommand } from "./process/serve.ts";

/**
 * The rotator alone: what the container runs. `npm run build:rotator` packs it into one folder that
 * needs no node_modules. Same options and behavior as `rotation-kit serve`.
 */
try {
  await serveCommand().name("rotator").version(VERSION).addCommand(healthCommand()).parseAsync();
} catch (error) {
  if (!(error instanceof KitError)) throw error;
  process.stderr.write(`${printed(error)}\n`);
  // A module of the rotator may have begun something that would keep the process alive.
  process.exit(error.exitCode);
}
