import { defaultKitCommand } from "../../stacks/constructs/kit-command.ts";

/** The command that starts the CLI of this checkout, for checks and steps that a test deploys. */
export const SOURCE_COMMAND: readonly string[] = defaultKitCommand(import.meta.filename);
