import { writeSync } from "node:fs";

const STANDARD_OUTPUT = 1;
/** Most that waits for the reader, in bytes; what a turn of the event loop adds comes on top. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
/** Shortest and longest pause before a full pipe is tried again, in milliseconds. */
const MIN_PAUSE_MS = 5;
const MAX_PAUSE_MS = 100;
/** What the reader gets when the process ends: at most a second. */
const LAST_TRIES = 100;
const LAST_PAUSE_MS = 10;

/**
 * Standard output for lines that must hold nothing up: neither rotations, nor the end of the
 * process, nor memory without bound, whatever its reader does. When too much waits, later lines are
 * dropped until all of it is written; one line then says how many.
 *
 * By hand, because sonic-boom keeps only half of this. Asynchronous, it leaves out at the end of the
 * process what it is just writing: `flushSync` writes only what is queued while a write is in flight
 * (5.0.2: 4 of 30 processes that wrote 50 kB lines and ended lost one; 4.2 tears lines too).
 * Synchronous, it sleeps in the main thread while the pipe is full.
 */
export class BoundedWriter {
  #waiting: Buffer[] = [];
  #bytes = 0;
  #dropped = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor() {
    // Anyone who opens this stream makes a pipe answer that it is full, instead of blocking: a thread
    // that is blocked in it would keep the process from ever ending. The stream itself is not used,
    // because it does not tell how much of what it was given is written.
    process.stdout.on("error", () => {});
  }

  /** Takes whole lines. */
  write(lines: string): void {
    if (this.#dropped > 0 || this.#bytes >= MAX_WAITING_BYTES) this.#dropped += countOf(lines);
    else this.#add(lines);
    if (this.#retry === undefined) this.#flow(MIN_PAUSE_MS);
  }

  /** Writes what still waits, as far as the reader takes it within a moment. */
  end(): void {
    clearTimeout(this.#retry);
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (let tries = 0; !this.#writeAll() && tries < LAST_TRIES; tries += 1)
      Atomics.wait(pause, 0, 0, LAST_PAUSE_MS);
  }

  #flow(pause: number): void {
    this.#retry = undefined;
    const before = this.#bytes;
    if (this.#writeAll()) return;
    const next = this.#bytes < before ? MIN_PAUSE_MS : Math.min(pause * 2, MAX_PAUSE_MS);
    this.#retry = setTimeout(() => this.#flow(next), next).unref();
  }

  /** False where the pipe is full. */
  #writeAll(): boolean {
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined) {
        if (this.#dropped === 0) return true;
        this.#add(droppedLine(this.#dropped));
        this.#dropped = 0;
        continue;
      }
      let written: number;
      try {
        written = writeSync(STANDARD_OUTPUT, next);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EAGAIN") return false;
        written = next.length; // Nobody reads any more, or the disk is full: the lines are lost.
      }
      this.#bytes -= written;
      if (written === next.length) this.#waiting.shift();
      else this.#waiting[0] = next.subarray(written);
    }
  }

  #add(lines: string): void {
    const bytes = Buffer.from(lines);
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
  }
}

function countOf(lines: string): number {
  return lines.split("\n").length - 1;
}

/** As the logger writes its lines. */
function droppedLine(lines: number): string {
  const msg = "log lines dropped: standard output was read too slowly";
  return `${JSON.stringify({ level: "warn", time: new Date().toISOString(), lines, msg })}\n`;
}
