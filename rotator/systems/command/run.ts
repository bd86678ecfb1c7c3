import { type ChildProcess, spawn } from "node:child_process";

/** How to start a command, and its bounds. */
export interface CommandRunOptions {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
}

/** Most of a command's error output that is kept, in bytes. */
const MAX_ERROR_BYTES = 8_192;

/** How a run ended. */
export type Run =
  | {
      readonly ended: "exit";
      readonly code: number;
      readonly output: string;
      /** The beginning of what the command wrote to its error output; may hold any secret. */
      readonly errors: string;
      readonly errorBytes: number;
    }
  /** `code`: the system's name of what was in the way, such as `ENOENT`, `EACCES` or `EMFILE`. */
  | { readonly ended: "not_started"; readonly code: string }
  | { readonly ended: "killed_by_signal" | "timeout" | "output_too_large" };

/** A fixed search path: what the rotator was started with is no business of the command. */
export const BASE_ENVIRONMENT = { PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8" };

/**
 * Runs a command once: no shell, its own process group, `input` on its standard input. When the
 * time is over, the signal aborts or the output is too large, the whole group is killed; what the
 * command left running when it ended is killed too. Never throws.
 */
export function runChild(
  options: CommandRunOptions,
  input: string,
  signal: AbortSignal,
): Promise<Run> {
  return new Promise((resolve) => {
    let child: ChildProcess;
    try {
      child = start(options);
    } catch (error) {
      resolve(notStarted(error)); // arguments that are too long, or hold a NUL
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    const errors: Buffer[] = [];
    let errorBytes = 0;
    let cut: "timeout" | "output_too_large" | undefined;
    const stop = (why: "timeout" | "output_too_large") => {
      cut ??= why;
      killGroup(child);
      // What left the group keeps the pipes open: nobody waits for it.
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    const onAbort = () => stop("timeout");
    const timer = setTimeout(onAbort, options.timeoutMs);
    signal.addEventListener("abort", onAbort, { once: true });
    const end = (result: Run) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      resolve(result);
    };

    child.on("error", (error) => end(notStarted(error)));
    // Where file descriptors have run out, there is a child without streams, and its error follows.
    child.stdout?.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > options.maxOutputBytes) stop("output_too_large");
      else chunks.push(chunk);
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      const room = MAX_ERROR_BYTES - errorBytes;
      if (room > 0) errors.push(chunk.subarray(0, room));
      errorBytes += chunk.length;
    });
    // A command that does not read its input closes the pipe; its answer decides, not the pipe.
    child.stdin?.on("error", () => {});
    child.on("exit", () => killGroup(child));
    child.on("close", (code) => {
      if (cut !== undefined) return end({ ended: cut });
      if (code === null) return end({ ended: "killed_by_signal" });
      const output = Buffer.concat(chunks).toString("utf8");
      const errorText = Buffer.concat(errors).toString("utf8");
      return end({ ended: "exit", code, output, errors: errorText, errorBytes });
    });
    if (signal.aborted) onAbort();
    child.stdin?.end(input);
  });
}

function start(options: CommandRunOptions): ChildProcess {
  return spawn(options.command, options.arguments, {
    cwd: options.workingDirectory,
    env: { ...BASE_ENVIRONMENT, ...options.environment },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true, // leads a process group of its own, so that its children can be ended with it
    shell: false,
  });
}

/** The code only: the message of the error quotes the command line. */
function notStarted(error: unknown): Run {
  const { code = "unknown" } = error as NodeJS.ErrnoException;
  return { ended: "not_started", code };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    // ESRCH: nobody is left. EPERM: only processes of other users are left (the command uses sudo).
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}
