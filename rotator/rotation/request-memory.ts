import { createHash } from "node:crypto";
import { putBounded } from "../../common/bounded-map.ts";

/** What earlier calls with the same payload came to. */
export interface Remembered {
  /** Calls that found nothing, or that may have changed the password; the next one begins elsewhere. */
  readonly calls: number;
  /** Hashes of the passwords that were refused since anything opened the account. */
  readonly refused: ReadonlySet<string>;
}

/**
 * How old a payload is among those of its credential that this process has seen. `overtaken`: a later
 * generation was seen. `answered`: this process has made the payload itself. `new`: neither.
 */
export type PayloadAge = "overtaken" | "answered" | "new";

const NOTHING: Remembered = { calls: 0, refused: new Set() };

/**
 * What this process knows about requests that it has seen before, so that the next call goes on where
 * the last one has stopped. Holds hashes only, since a request carries a password. Held in memory, by
 * each process for itself: no rotation depends on it.
 */
export class RequestMemory {
  readonly #requests = new Map<string, Remembered>();
  readonly #seen = new Map<string, number>();
  readonly #answered = new Map<string, number>();
  /** When a request first found no place for another key, in monotonic time. */
  readonly #full = new Map<string, number>();

  /** What is known about the request. */
  recall(request: string): Remembered {
    return this.#requests.get(hash(request)) ?? NOTHING;
  }

  /** Notes a call that found nothing; `refused` are the passwords that it tried without success. */
  noteVain(request: string, refused: readonly string[]): void {
    const before = this.recall(request);
    putBounded(this.#requests, hash(request), {
      calls: before.calls + 1,
      refused: new Set<string>([...before.refused, ...refused.map(hash)]),
    });
  }

  /** Notes a call that may have changed the password: its answer may get lost. */
  noteChanged(request: string): void {
    putBounded(this.#requests, hash(request), { calls: 1, refused: new Set<string>() });
  }

  /** Notes that the request's own password opens the account, or another that is known. */
  forget(request: string): void {
    this.#requests.delete(hash(request));
  }

  /** Notes the generation of a payload that has come. */
  noteSeen(credential: string, generation: number): void {
    const newest = Math.max(generation, this.#seen.get(credential) ?? 0);
    putBounded(this.#seen, credential, newest);
  }

  /** Notes the generation of a payload that is answered. */
  noteAnswered(credential: string, generation: number): void {
    this.noteSeen(credential, generation);
    const newest = Math.max(generation, this.#answered.get(credential) ?? 0);
    putBounded(this.#answered, credential, newest);
  }

  /** How a payload of this generation stands to what this process has seen of its credential. */
  standing(credential: string, generation: number): PayloadAge {
    if (generation < (this.#seen.get(credential) ?? 0)) return "overtaken";
    return generation <= (this.#answered.get(credential) ?? -1) ? "answered" : "new";
  }

  /** Since when the request has found no place for another key; the first call sets it to `now`. */
  fullSince(request: string, now: number): number {
    const known = this.#full.get(hash(request));
    if (known === undefined) putBounded(this.#full, hash(request), now);
    return known ?? now;
  }
}

/** Whether the password was refused in an earlier call. */
export function wasRefused({ refused }: Remembered, password: string): boolean {
  return refused.size > 0 && refused.has(hash(password));
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
