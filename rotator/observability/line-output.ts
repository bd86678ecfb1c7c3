import { BoundedWriter } from "./bounded-writer.ts";

/** Cleans lines of the secrets of a request. */
export type CleanLines = (lines: string) => string;

/** Where log lines go. A line that comes with a cleaner is cleaned by it before it is written. */
export interface LineOutput {
  write(line: string, cleaner?: CleanLines): void;
  /** Cleans what has come so far, before what its cleaners know is forgotten. */
  settle(): void;
}

/** Writes each line at once. */
export function directOutput(write: (line: string) => void): LineOutput {
  return { write: (line, cleaner) => write(cleaner ? cleaner(line) : line), settle: () => {} };
}

let opened: LineOutput | undefined;

/** The process's standard output: one for all loggers, so that their lines keep their order. */
export function standardOutput(): LineOutput {
  opened ??= openStandardOutput();
  return opened;
}

/**
 * Standard output for many lines. Lines of the same turn of the event loop are written at once, after
 * it, and none waits for a reader that falls behind. Neighbors with the same cleaner are cleaned
 * together. What is left is written when the process exits; lines are lost by a `kill -9`, or where
 * the reader does not read, and nothing is ever recovered from the log.
 */
function openStandardOutput(): LineOutput {
  const writer = new BoundedWriter();
  let clean = "";
  let lines = "";
  let cleaner: CleanLines | undefined;
  const cleanLines = () => {
    clean += cleaner ? cleaner(lines) : lines;
    lines = "";
  };
  const write = () => {
    cleanLines();
    if (clean !== "") writer.write(clean);
    clean = "";
    cleaner = undefined;
  };
  process.once("exit", () => {
    write();
    writer.end();
  });
  return {
    write: (line, cleanedBy) => {
      if (clean === "" && lines === "") setImmediate(write);
      if (cleanedBy !== cleaner) cleanLines();
      cleaner = cleanedBy;
      lines += line;
    },
    settle: cleanLines,
  };
}
