import { BoundedWriter } from "./bounded-writer.ts";
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
 * Standard output for many lines. Lines of the same turn of the event loop are written at once, after
 * it, and none waits for a reader that falls behind. Neighbours with the same redactor are cleaned
 * together. What is left is written when the process exits; lines are lost by a `kill -9`, or where
 * the reader stands still, and nothing is ever recovered from the log.
 */
export function standardOutput(): LineOutput {
  const writer = new BoundedWriter();
  let clean = "";
  let lines = "";
  let redactor: Redact | undefined;
  const cleanLines = () => {
    clean += redactor ? redactLines(lines, redactor) : lines;
    lines = "";
  };
  const write = () => {
    cleanLines();
    if (clean !== "") writer.write(clean);
    clean = "";
    redactor = undefined;
  };
  process.once("exit", () => {
    write();
    writer.end();
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
