import { createHash } from "node:crypto";

/** Most requests that are remembered; the oldest are forgotten first. */
const MAX_REMEMBERED = 10_000;

/** What earlier calls with the same payload came to. */
export interface Remembered {
  /** Calls that found nothing, or that may have changed the password; the next one begins elsewhere. */
  readonly calls: number;
  /** Hashes of the passwords that were refused since anything opened the account. */
  readonly refused: ReadonlySet<string>;
}

const NOTHING: Remembered = { calls: 0, refused: new Set() };

/**
 * What this process knows about requests that it has seen before, so that the next call goes on where
 * the last one has stopped. Holds hashes only, since a request carries a password. Held in memory, by
 * each process for itself: no rotation depends on it.
 */
export class RequestMemory {
  readonly #requests = new Map<string, Remembered>();
  readonly #generations = new Map<string, number>();
  /** When a request first found no place for another key, in monotonic time. */
  readonly #full = new Map<string, number>();

  /** What is known about the request. */
  recall(request: string): Remembered {
    return this.#requests.get(hash(request)) ?? NOTHING;
  }

  /** Notes a call that found nothing; `refused` are the passwords that it tried without success. */
  noteVain(request: string, refused: readonly string[]): void {
    const before = this.recall(request);
    put(this.#requests, hash(request), {
      calls: before.calls + 1,
      refused: new Set<string>([...before.refused, ...refused.map(hash)]),
    });
  }

  /** Notes a call that may have changed the password: its answer may get lost. */
  noteChanged(request: string): void {
    put(this.#requests, hash(request), { calls: 1, refused: new Set<string>() });
  }

  /** Notes that the request's own password opens the account, or another that is known. */
  forget(request: string): void {
    this.#requests.delete(hash(request));
  }

  /** Notes a generation of an item's credential that is known to exist. */
  noteGeneration(credential: string, generation: number): void {
    put(this.#generations, credential, Math.max(generation, this.newestGeneration(credential)));
  }

  /** The newest generation that this process has seen of an item's credential. */
  newestGeneration(credential: string): number {
    return this.#generations.get(credential) ?? 0;
  }

  /** Since when the request has found no place for another key; the first call sets it to `now`. */
  fullSince(request: string, now: number): number {
    const known = this.#full.get(hash(request));
    if (known === undefined) put(this.#full, hash(request), now);
    return known ?? now;
  }
}

/** Whether the password was refused in an earlier call. */
export function wasRefused({ refused }: Remembered, password: string): boolean {
  return refused.size > 0 && refused.has(hash(password));
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  const [oldest] = map.keys();
  if (oldest !== undefined && map.size >= MAX_REMEMBERED) map.delete(oldest);
  map.set(key, value);
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
