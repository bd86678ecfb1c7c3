import { type Logger, pino } from "pino";
import { describeFailure } from "./failure.ts";
import { directOutput, standardOutput } from "./line-output.ts";
import { redactLines } from "./redact-lines.ts";
import { Redactor } from "./redactor.ts";

/** The logger of one request, and the redactor that cleans its lines. */
export interface RequestLog {
  readonly log: Logger;
  /** Tells the redactor about a secret of this request before anything can log it. */
  readonly redactor: Redactor;
  /** Ends the request: lines of the process are no longer cleaned of its secrets. */
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
  /** Takes each line. Default: standard output, a turn's lines at once. */
  readonly write?: (line: string) => void;
}

/** Under it, a request's logger and its children know the redactor of the request. */
const REDACTOR = Symbol("redactor");

/**
 * JSON lines. Redaction works on the finished line and by value: pino's own redaction goes by the
 * name of a field and would miss a password inside an error's text. A line is cleaned with the
 * secrets of the request whose logger wrote it; one of the process's own with those of every request
 * that is open or has just ended: what a system does in the background may fail later.
 */
export function createRotatorLog({ level, write }: RotatorLogOptions): RotatorLog {
  const open = new Set<Redactor>();
  const ended = new Recent();
  const lines = write ? directOutput(write) : standardOutput();
  const log = pino(
    {
      level,
      base: null,
      timestamp: isoTime(),
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeFailure },
    },
    toOutput((line, redactor) => {
      if (redactor) lines.write(line, redactor);
      else lines.write([...open, ...ended.all()].reduce(redactLines, line));
    }),
  );
  return {
    log,
    open: (correlation) => {
      const redactor = new Redactor();
      open.add(redactor);
      return {
        log: Object.assign(log.child({ correlation }), { [REDACTOR]: redactor }),
        redactor,
        end: () => {
          open.delete(redactor);
          ended.add(redactor);
        },
      };
    },
  };
}

/** How long the secrets of a request that has ended are known at least, in milliseconds. */
const RECENT_MS = 60_000;
/** Requests of that time that are remembered; the latest stay. */
const MAX_RECENT = 256;

/** Redactors of requests that ended one to two minutes ago at most. */
class Recent {
  #young = new Set<Redactor>();
  #old = new Set<Redactor>();
  #ageing = false;

  add(redactor: Redactor): void {
    this.#young.add(redactor);
    const [first] = this.#young;
    if (first !== undefined && this.#young.size > MAX_RECENT) this.#young.delete(first);
    if (!this.#ageing) this.#age();
  }

  all(): Redactor[] {
    return [...this.#old, ...this.#young];
  }

  #age(): void {
    this.#ageing = this.#old.size + this.#young.size > 0;
    if (!this.#ageing) return;
    setTimeout(() => {
      this.#old = this.#young;
      this.#young = new Set();
      this.#age();
    }, RECENT_MS).unref();
  }
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
function toOutput(write: (line: string, redactor: Redactor | undefined) => void) {
  return {
    [Symbol.for("pino.metadata")]: true,
    lastLogger: undefined as { readonly [REDACTOR]?: Redactor } | undefined,
    lastObj: undefined,
    lastMsg: undefined,
    write(line: string): void {
      write(line, this.lastLogger?.[REDACTOR]);
      // pino leaves here what was logged, in the clear: nothing of it stays.
      this.lastObj = undefined;
      this.lastMsg = undefined;
    },
  };
}
