import { type ChildProcess, execFile, spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** How long a process may take to end by itself after SIGTERM, in milliseconds. */
const GRACE_MS = 5_000;

/** What a finished command left. */
export interface Finished {
  /** Exit code; 128 + n is not used: a process ended by a signal has code 1. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@link runCommand}. */
interface RunOptions {
  readonly cwd?: string;
  /** The whole environment of the process, not an addition. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends the process and all it started. */
  readonly signal?: AbortSignal;
}

/** Runs a command to its end, without a shell and without standard input. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<Finished> {
  options.signal?.throwIfAborted();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  let ending: Promise<void> | undefined;
  const end = () => {
    ending ??= endProcessTree(child);
  };
  options.signal?.addEventListener("abort", end, { once: true });
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exit) => resolve(exit ?? 1));
    });
    return { code, stdout, stderr };
  } finally {
    options.signal?.removeEventListener("abort", end);
    await ending;
  }
}

/**
 * Ends a process and everything below it: SIGTERM to all, SIGKILL to what is left after five
 * seconds. The tree is read from the process table, because the cdktf CLI starts Terraform in a
 * session of its own, which a signal to the process group does not reach.
 */
export async function endProcessTree(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const pids = new Set([child.pid]);
  const asked = new Set<number>();
  const deadline = Date.now() + GRACE_MS;
  while (Date.now() < deadline) {
    await addDescendants(pids);
    for (const pid of pids) if (!asked.has(pid)) signal(pid, "SIGTERM");
    for (const pid of pids) asked.add(pid);
    if (![...pids].some(isAlive)) return;
    await delay(50);
  }
  for (const pid of pids) signal(pid, "SIGKILL");
}

/** Adds all living descendants of the given processes to the set. */
async function addDescendants(pids: Set<number>): Promise<void> {
  const rows = await processTable();
  let size: number;
  do {
    size = pids.size;
    for (const { pid, parent } of rows) if (pids.has(parent)) pids.add(pid);
  } while (pids.size > size);
}

/** Every process with its parent; from /proc where there is one, because slim images lack `ps`. */
async function processTable(): Promise<{ pid: number; parent: number }[]> {
  if (process.platform !== "linux") {
    const { stdout } = await execute("ps", ["-A", "-o", "pid=,ppid="]);
    return stdout
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number))
      .map(([pid = 0, parent = 0]) => ({ pid, parent }));
  }
  const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const rows = await Promise.all(
    names.map(async (name) => {
      // The process may have ended since the folder was listed: then it has no parent to find.
      const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
      // The second field is the program's name in parentheses and may hold spaces.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return { pid: Number(name), parent: Number(fields[1] ?? 0), state: fields[0] };
    }),
  );
  return rows.filter((row) => row.state !== "Z");
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Whether a process with this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
