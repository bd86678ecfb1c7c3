import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { defined } from "../../common/defined.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** One line of the rotator's log. */
export interface LogLine {
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** The rotator as a process of its own, as an operator runs it. */
export interface RotatorProcess {
  readonly pid: number;
  /** Where it serves, with the host name `localhost`. */
  readonly url: string;
  readonly metricsUrl: string;
  /** Its log so far; also holds what it wrote to standard error, as `msg`. */
  readonly lines: readonly LogLine[];
  /** Standard output and standard error as written. */
  readonly text: () => string;
  /** The first line with this message, now or as soon as it comes. */
  waitFor(message: string): Promise<LogLine>;
  /** Reads no more of its log, as a collector of logs that stands still. */
  stopReading(): void;
  /** Sends a signal and resolves to the exit code, or to the signal's name. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

/**
 * Starts the rotator alone (the tests' bundle of it, where there is one), which begins sooner than `rotation-kit serve` and does the same, and waits
 * until it serves. Rejects with its output when it ends; `signal` ends it at any time.
 */
export function startRotatorProcess(
  configFile: string,
  env: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<RotatorProcess> {
  const { BUNDLED_ROTATOR } = process.env;
  const program = BUNDLED_ROTATOR ? [BUNDLED_ROTATOR] : ["--import", "tsx", "rotator/cli.ts"];
  return startRotatorCommand([process.execPath, ...program, "--config", configFile], env, signal);
}

/** Starts a rotator by a command of its own, such as a bundle or an image, and waits until it serves. */
export async function startRotatorCommand(
  [program = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<RotatorProcess> {
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    ...defined({ signal }),
  });
  const log = collect(child);
  let reading = true;
  const ready = await log.waitFor("rotator ready");
  return {
    pid: child.pid ?? 0,
    url: String(ready.url).replace("127.0.0.1", "localhost"),
    metricsUrl: String(ready.metrics),
    lines: log.lines,
    text: log.text,
    waitFor: log.waitFor,
    stopReading: () => {
      reading = false;
      child.stdout?.pause();
    },
    end: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) {
        return child.exitCode ?? child.signalCode;
      }
      // Not "close", which waits for a reader.
      const exited = once(child, reading ? "close" : "exit");
      child.kill(signal);
      const [code, by] = (await exited) as [number | null, NodeJS.Signals | null];
      return code ?? by;
    },
  };
}

function collect(child: ChildProcess) {
  const lines: LogLine[] = [];
  const raw: string[] = [];
  const waiting = new Set<() => void>();
  let ended = false;
  const wake = () => {
    for (const look of [...waiting]) look();
  };
  const add = (text: string) => {
    raw.push(text);
    lines.push(parse(text));
    wake();
  };
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on("line", add);
  }
  const close = () => {
    ended = true;
    wake();
  };
  child.once("close", close);
  // An abort comes as an error too; anyone who waits learns of both in the same way.
  child.once("error", close);
  const text = () => raw.join("\n");
  const waitFor = (message: string) =>
    new Promise<LogLine>((resolve, reject) => {
      const look = () => {
        const found = lines.find(({ msg }) => msg === message);
        if (found === undefined && !ended) return;
        waiting.delete(look);
        if (found) resolve(found);
        else reject(new Error(`the rotator ended before "${message}":\n${text()}`));
      };
      waiting.add(look);
      look();
    });
  return { lines, text, waitFor };
}

function parse(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return { msg: text };
  }
}
