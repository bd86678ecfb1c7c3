import { type DestinationStream, pino } from "pino";

/**
 * Standard output for many lines. Lines of the same turn of the event loop are written at once, and
 * in the background: a reader that falls behind must not hold up rotations. What is left is written
 * when the process exits; only a `kill -9` can lose the last moment's lines, and nothing is ever
 * recovered from the log.
 */
export function standardOutput(): DestinationStream {
  const stream = pino.destination({ dest: 1, sync: false });
  let lines = "";
  const write = () => {
    if (lines !== "") stream.write(lines);
    lines = "";
  };
  process.once("exit", () => {
    write();
    stream.flushSync();
  });
  return {
    write: (line) => {
      if (lines === "") setImmediate(write);
      lines += line;
    },
  };
}
