import path from "node:path";

/** The command that starts the CLI of this checkout, for checks and steps that a test deploys. */
export const SOURCE_COMMAND: readonly string[] = [
  "node",
  "--import",
  import.meta.resolve("tsx/esm"),
  path.resolve(import.meta.dirname, "../../cli.ts"),
];
