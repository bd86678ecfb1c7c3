import type { Command } from "commander";
import type { Environment } from "../../../../stacks/gateway/connection.ts";
import type { CommandIo } from "../../../../stacks/operations/io.ts";

/** What a command did: its exit code, and what it wrote. */
export interface CommandRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in this process, with its own environment, output and clock. */
export async function runCommand(
  create: (io: CommandIo) => Command,
  args: readonly string[],
  environment: Environment,
  options: { isTerminal?: boolean; now?: () => number } = {},
): Promise<CommandRun> {
  const run = { exitCode: 0, stdout: "", stderr: "" };
  const io: CommandIo = {
    environment,
    clock: {
      now: options.now ?? Date.now,
      monotonic: options.now ?? Date.now,
      sleep: () => Promise.resolve(),
      after: () => () => {},
    },
    isTerminal: options.isTerminal ?? false,
    out: (text) => {
      run.stdout += text;
    },
    err: (text) => {
      run.stderr += text;
    },
    setExitCode: (code) => {
      run.exitCode = code;
    },
  };
  await create(io).exitOverride().parseAsync(args, { from: "user" });
  return run;
}
