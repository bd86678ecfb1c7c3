import { SOURCE_COMMAND } from "../harness/source-command.ts";

const { BUNDLED_KIT } = process.env;

/** Starts the CLI for what a test deploys: the bundle of the slow tests, else this checkout's sources. */
export const KIT_COMMAND: readonly string[] =
  BUNDLED_KIT === undefined ? SOURCE_COMMAND : [process.execPath, BUNDLED_KIT];
