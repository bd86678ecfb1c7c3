import { createInterface } from "node:readline/promises";
import { type Clock, systemClock } from "../../common/clock.ts";
import { defined } from "../../common/defined.ts";
import type { EnvironmentVariables } from "../../common/environment-variables.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import { Gateway } from "../gateway/client.ts";
import { connectionFrom } from "../gateway/connection.ts";

/** What a command needs of the process around it; tests bring their own. */
export interface CommandIo {
  readonly environment: EnvironmentVariables;
  readonly clock: Clock;
  /** Whether stdout is a terminal: tables there, tab-separated lines elsewhere. */
  readonly isTerminal: boolean;
  /** Characters in a line of that terminal. Default: 80. */
  readonly columns?: number;
  /** Data, for pipes and people. */
  out(text: string): void;
  /** Everything that is not data. */
  err(text: string): void;
  /** What is being done, for people who wait at a terminal; nothing elsewhere. */
  progress?(text: string): void;
  /** Asks a person a question; absent where nobody can be asked. */
  ask?(question: string): Promise<string>;
  /** From then on Ctrl-C calls this instead of ending the process; a second one ends it. */
  onInterrupt?(stop: () => void): void;
  /** Ends the process at once, whatever it waits for. */
  quit?(): void;
  /** 0 = no problem found, 1 = error, 2 = a problem found. */
  setExitCode(code: 0 | 1 | 2): void;
}

/** The process as it is. */
export const processIo: CommandIo = {
  environment: process.env,
  clock: systemClock,
  isTerminal: process.stdout.isTTY === true,
  ...defined({ columns: process.stdout.isTTY ? process.stdout.columns : undefined }),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  progress: (text) => {
    if (process.stderr.isTTY) process.stderr.write(`${text}\n`);
  },
  onInterrupt: (stop) => void process.once("SIGINT", stop),
  quit: () => process.exit(),
  setExitCode: (code) => {
    process.exitCode = code;
  },
  ...defined({ ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined }),
};

/** @throws KitError `not_answered`, after Ctrl-C or Ctrl-D */
async function ask(question: string): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await reader.question(question);
  } catch (cause) {
    process.stderr.write("\n");
    throw new KitError("not_answered", {}, { cause });
  } finally {
    reader.close();
  }
}

/** The gateway that the environment names. */
export function gatewayFor(io: CommandIo): Gateway {
  const { environment, clock } = io;
  return new Gateway(connectionFrom(environment), { clock, environment });
}
