import { spawn } from "node:child_process";
import type { EnvironmentVariables } from "../../../common/environment-variables.ts";

/** What a finished program left; bytes, because a plan may be large. */
export interface EndedProcess {
  /** Exit code; 1 where a signal ended it. */
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** How a program is run. */
export interface ProcessOptions {
  readonly cwd: string;
  readonly environment: EnvironmentVariables;
  /** Ends the program. */
  readonly signal: AbortSignal;
}

/** Most of a program's complaints that is kept, in characters. */
const MAX_COMPLAINT = 1_000_000;

/**
 * Runs a program to its end, without standard input; nothing of what it says is shown.
 *
 * @throws Error with `code` ENOENT where there is no such program
 */
export function runProcess(
  [command = "", ...args]: readonly string[],
  { cwd, environment, signal }: ProcessOptions,
): Promise<EndedProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      signal,
      // Terraform gives its lock back when it is asked to end.
      killSignal: "SIGINT",
    });
    const chunks: Buffer[] = [];
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      if (stderr.length < MAX_COMPLAINT) stderr += text;
    });
    child.once("error", reject);
    child.once("close", (code) =>
      resolve({ code: code ?? 1, stdout: Buffer.concat(chunks), stderr }),
    );
  });
}
