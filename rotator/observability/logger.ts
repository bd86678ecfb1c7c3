import { type DestinationStream, type Logger, pino } from "pino";
import { describeFailure } from "./failure.ts";
import { Redactor } from "./redactor.ts";
import { standardOutput } from "./standard-output.ts";

/** The logger of one request, and the redactor that cleans its lines. */
export interface RequestLog {
  readonly log: Logger;
  /** Tells the redactor about a secret of this request before anything can log it. */
  readonly redactor: Redactor;
  /** Ends the request: its secrets are forgotten. */
  end(): void;
}

/** The process's logger and the way to a request's own. */
export interface RotatorLog {
  readonly log: Logger;
  /** @param correlation id that stands in each line of the request; must be unique */
  open(correlation: string): RequestLog;
}

/** Options of {@link createRotatorLog}. */
export interface RotatorLogOptions {
  readonly level: "error" | "warn" | "info" | "debug" | "silent";
  /** Where lines go. Default: standard output. */
  readonly destination?: DestinationStream | undefined;
}

const CORRELATION = /"correlation":"([^"]+)"/;

/**
 * JSON lines. Redaction works on the finished line and by value: pino's own redaction goes by the
 * name of a field and would miss a password inside an error's text. A line is cleaned with the
 * secrets of the request whose id it carries; one without an id with those of every open request.
 */
export function createRotatorLog({ level, destination }: RotatorLogOptions): RotatorLog {
  const open = new Map<string, Redactor>();
  const clean = (line: string): string => {
    const correlation = CORRELATION.exec(line)?.[1];
    if (correlation !== undefined) return open.get(correlation)?.redact(line) ?? late(correlation);
    let text = line;
    for (const redactor of open.values()) text = redactor.redact(text);
    return text;
  };
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeFailure },
      hooks: { streamWrite: clean },
    },
    destination ?? standardOutput(),
  );
  return {
    log,
    open: (correlation) => {
      const redactor = new Redactor();
      open.set(correlation, redactor);
      return {
        log: log.child({ correlation }),
        redactor,
        end: () => {
          open.delete(correlation);
        },
      };
    },
  };
}

/**
 * Stands for a line that came when its request's secrets were forgotten already (a system that went
 * on after its time): nobody could clean it any more.
 */
function late(correlation: string): string {
  const msg = "line withheld: its request has ended";
  return `${JSON.stringify({ level: "warn", time: new Date().toISOString(), correlation, msg })}\n`;
}
