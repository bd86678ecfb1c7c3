import { pino } from "pino";
import { type Redact, redactLines } from "./redact-lines.ts";

/** Where log lines go. A line that comes with a redactor is cleaned by it before it is written. */
export interface LineOutput {
  write(line: string, redactor?: Redact): void;
}

/** Writes each line at once. */
export function directOutput(write: (line: string) => void): LineOutput {
  return { write: (line, redactor) => write(redactor ? redactLines(line, redactor) : line) };
}

/**
 * Standard output for many lines. Lines of the same turn of the event loop are written at once, and
 * in the background: a reader that falls behind must not hold up rotations. Neighbours with the same
 * redactor are cleaned together. What is left is written when the process exits; only a `kill -9`
 * can lose the last moment's lines, and nothing is ever recovered from the log.
 */
export function standardOutput(): LineOutput {
  const stream = pino.destination({ dest: 1, sync: false });
  let clean = "";
  let lines = "";
  let redactor: Redact | undefined;
  const cleanLines = () => {
    clean += redactor ? redactLines(lines, redactor) : lines;
    lines = "";
  };
  const write = () => {
    cleanLines();
    if (clean !== "") stream.write(clean);
    clean = "";
    redactor = undefined;
  };
  process.once("exit", () => {
    write();
    stream.flushSync();
  });
  return {
    write: (line, cleanedBy) => {
      if (clean === "" && lines === "") setImmediate(write);
      if (cleanedBy !== redactor) cleanLines();
      redactor = cleanedBy;
      lines += line;
    },
  };
}
