import { SOURCE_COMMAND } from "../harness/source-command.ts";

const { BUNDLED_KIT } = process.env;

/** Starts the CLI, for a test or for what it deploys: the bundle of the end-to-end tests, else this checkout's sources. */
export const KIT_COMMAND: readonly string[] =
  BUNDLED_KIT === undefined ? SOURCE_COMMAND : [process.execPath, BUNDLED_KIT];
