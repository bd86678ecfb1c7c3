import { type Logger, pino } from "pino";
import { EndedRequests } from "./ended-requests.ts";
import { describeFailure } from "./failure.ts";
import { type CleanLines, directOutput, standardOutput } from "./line-output.ts";
import type { OwnTexts } from "./own-texts.ts";
import { type Redact, redactLines } from "./redact-lines.ts";
import { Redactor } from "./redactor.ts";

/** The logger of one request, and the redactor that cleans its lines. */
export interface RequestLog {
  readonly log: Logger;
  /** Tells the redactor about a secret of this request before anything can log it. */
  readonly redactor: Redactor;
  /**
   * Ends the request. Its secrets leave the memory; its own late lines are still cleaned by their
   * traces.
   *
   * @param remember whether lines of the process are cleaned of them too, for a minute or two
   */
  end(remember: boolean): void;
}

/** The process's logger and the way to a request's own. */
export interface RotatorLog {
  readonly log: Logger;
  /** @param correlation id that is in each line of the request; must be unique */
  open(correlation: string): RequestLog;
}

/** Options of {@link createRotatorLog}. */
export interface RotatorLogOptions {
  readonly level: "error" | "warn" | "info" | "debug" | "silent";
  /** Takes each line. Default: standard output, a turn's lines at once. */
  readonly write?: (line: string) => void;
  /** What no redaction touches: the rotator's own words. Default: none. */
  readonly words?: OwnTexts;
}

/** Under it, a request's logger and its children know what cleans their lines. */
const CLEANER = Symbol("cleaner");

/**
 * JSON lines. Redaction works on the finished line and by value: pino's own redaction goes by the
 * name of a field and would miss a password inside an error's text. A line is cleaned with the
 * secrets of the request whose logger wrote it; one of the process's own with those of every request
 * that is open, and with the traces of those that have just ended: what a system does in the
 * background may fail later.
 */
export function createRotatorLog({ level, write, words }: RotatorLogOptions): RotatorLog {
  const open = new Set<Redactor>();
  const ended = new EndedRequests();
  const lines = write ? directOutput(write) : standardOutput();
  const every = (): Redact[] => [...open, ...ended.traces()];
  const log = pino(
    {
      level,
      base: null,
      timestamp: isoTime(),
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeFailure },
    },
    toOutput((line, cleaner) => {
      if (cleaner) lines.write(line, cleaner);
      else lines.write(every().reduce((text, one) => redactLines(text, one, words), line));
    }),
  );
  return {
    log,
    open: (correlation) => {
      const redactor = new Redactor();
      open.add(redactor);
      return {
        log: Object.assign(log.child({ correlation }), {
          [CLEANER]: (text: string) => redactLines(text, redactor, words),
        }),
        redactor,
        end: (remember) => {
          open.delete(redactor);
          lines.settle();
          const traces = redactor.forget();
          if (remember) ended.add(traces);
        },
      };
    },
  };
}

/** The time of a line, RFC 3339; made once for all lines of a millisecond. */
function isoTime(): () => string {
  let made = 0;
  let text = "";
  return () => {
    const now = Date.now();
    if (now !== made) text = `,"time":"${new Date(now).toISOString()}"`;
    made = now;
    return text;
  };
}

/** A stream that pino tells who wrote the line (its documented `pino.metadata`). */
function toOutput(write: (line: string, cleaner: CleanLines | undefined) => void) {
  return {
    [Symbol.for("pino.metadata")]: true,
    lastLogger: undefined as { readonly [CLEANER]?: CleanLines } | undefined,
    lastObj: undefined,
    lastMsg: undefined,
    write(line: string): void {
      write(line, this.lastLogger?.[CLEANER]);
      // pino leaves here what was logged, in the clear: nothing of it stays.
      this.lastObj = undefined;
      this.lastMsg = undefined;
    },
  };
}
