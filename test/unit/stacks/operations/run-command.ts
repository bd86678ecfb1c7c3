import { isDeepStrictEqual } from "node:util";
import type { Command } from "commander";
import * as z from "zod";
import { defined } from "../../../../common/defined.ts";
import type { EnvironmentVariables } from "../../../../common/environment-variables.ts";
import { DOCUMENTS } from "../../../../stacks/operations/documents.ts";
import type { CommandIo } from "../../../../stacks/operations/io.ts";

/** What a command did: its exit code, and what it wrote. */
export interface CommandRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What is printed with --json has the published form. */
function expectDocument(stdout: string): void {
  const document: unknown = JSON.parse(stdout);
  const result = z.union(Object.values(DOCUMENTS)).safeParse(document);
  if (!result.success) throw new Error(`not as published: ${result.error.message}`);
  if (!isDeepStrictEqual(result.data, document))
    throw new Error("it has fields that are not published");
}

interface RunOptions {
  readonly isTerminal?: boolean;
  readonly now?: () => number;
  /** What the person at the terminal answers. */
  readonly answer?: string | ((question: string) => string);
  /** Sees what is written as data, as it is written. */
  seen?(text: string): void;
  /** Sees what a person at a terminal is told is being done. */
  progress?(text: string): void;
  /** Gets what Ctrl-C would call. */
  onInterrupt?(stop: () => void): void;
}

/** Runs a command in this process, with its own environment, output and clock. */
export async function runKit(
  create: (io: CommandIo) => Command,
  args: readonly string[],
  environment: EnvironmentVariables,
  options: RunOptions = {},
): Promise<CommandRun> {
  const run = { exitCode: 0, stdout: "", stderr: "" };
  const given = options.answer;
  const answer = typeof given === "string" ? () => given : given;
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
      options.seen?.(text);
    },
    err: (text) => {
      run.stderr += text;
    },
    setExitCode: (code) => {
      run.exitCode = code;
    },
    ...defined({
      ask: answer === undefined ? undefined : async (question: string) => answer(question),
      progress: options.progress,
      onInterrupt: options.onInterrupt,
    }),
  };
  await create(io).exitOverride().parseAsync(args, { from: "user" });
  if (args.includes("--json")) expectDocument(run.stdout);
  return run;
}
