import { randomInt } from "node:crypto";
import { REDACTED } from "./redacted.ts";

/** Characters at the beginning of a secret that leave a trace; of a shorter one, all of it. */
export const TRACE_LENGTH = 16;

/** A hash of how a secret begins, and of how many characters it was made. */
export interface Trace {
  readonly length: number;
  readonly hash: number;
}

/** Differs in each process, so that nobody can choose texts that have a trace. */
const SEEDS = [randomInt(2 ** 32), randomInt(2 ** 32)] as const;

/** The trace of a text's beginning. */
export function traceOf(text: string): Trace {
  const length = Math.min(text.length, TRACE_LENGTH);
  return { length, hash: hashOf(text, 0, length) };
}

/** 53 bits of a part of a text (two rounds of a multiplicative hash). */
function hashOf(text: string, start: number, length: number): number {
  let [one, two] = SEEDS as readonly [number, number];
  for (let at = start; at < start + length; at += 1) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 0x85ebca6b);
    two = Math.imul(two ^ code, 0xc2b2ae35) ^ (one >>> 15);
  }
  return (two >>> 11) * 2 ** 32 + (one >>> 0);
}

/** What remains of secrets that nobody needs any more: enough to clean a late text, nothing to read. */
export class SecretTraces {
  /** Hashes by the number of characters that they were made of. */
  readonly #hashes = new Map<number, Set<number>>();
  #size = 0;

  constructor(traces: readonly Trace[] = []) {
    this.add(traces);
  }

  /** How many traces there are. */
  get size(): number {
    return this.#size;
  }

  add(traces: readonly Trace[]): void {
    for (const { length, hash } of traces) {
      const known = this.#hashes.get(length) ?? new Set();
      this.#hashes.set(length, known.add(hash));
      this.#size += 1;
    }
  }

  /** Hides the text from the first place on where a secret begins: where it ends is not known. */
  redact(text: string): string {
    for (let at = 0; at < text.length; at += 1)
      for (const [length, hashes] of this.#hashes)
        if (at + length <= text.length && hashes.has(hashOf(text, at, length)))
          return text.slice(0, at) + REDACTED;
    return text;
  }
}
