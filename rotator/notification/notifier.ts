import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import type { Clock } from "../../common/clock.ts";
import { createStopper } from "../../common/stopper.ts";
import type { NOTIFICATION_RESULTS } from "../observability/metrics.ts";
import type { Deliver } from "./deliver.ts";
import type { Message } from "./message.ts";
import type { Spool } from "./spool.ts";

type Result = (typeof NOTIFICATION_RESULTS)[number];

/** Which rotation is told. */
interface Rotated {
  readonly item: string;
  readonly system: string;
  readonly generation: number;
}

/** Tells a receiver of rotations, and never fails a rotation by it. */
export interface Notifier {
  /** Takes up what an earlier process has left. */
  start(): void;
  /** Takes a message before the answer is sent; resolves as soon as it is kept. Never rejects. */
  announce(rotated: Rotated): Promise<void>;
  /** Messages that are not delivered yet. */
  readonly waiting: number;
  /** Tries once more what waits. Resolves when that has ended, or with `limit`. */
  close(limit: Promise<unknown>): Promise<void>;
}

/** What a notifier is made of. */
export interface NotifierParts {
  readonly deliver: Deliver;
  readonly spool: Spool;
  /** What an earlier process has left. */
  readonly left: readonly Message[];
  readonly bounds: { readonly queue: number; readonly attempts: number; readonly delayMs: number };
  readonly clock: Clock;
  readonly log: Logger;
  readonly count: (result: Result) => void;
}

/** Attempts that are under way at once. */
const AT_ONCE = 8;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Longest time that keeping a message holds an answer back. */
const KEEP_MS = 500;

/**
 * Delivers each message at least once, within its bounds: a receiver must expect one twice, and one of
 * a rotation whose answer was lost.
 */
export function createNotifier(parts: NotifierParts): Notifier {
  const { deliver, spool, left, bounds, clock, log, count } = parts;
  const pending = new Map<string, Promise<void>>();
  const closing = createStopper();
  const inTurn = limiter(AT_ONCE);

  const end = async (message: Message, result: Result, kept: Promise<void>) => {
    count(result);
    // A slow folder may still be keeping it.
    const forgotten = kept.then(() => spool.forget(message.id)).catch(() => {});
    await withinTime(forgotten, clock);
  };

  const follow = async (message: Message, delayMs: number, kept: Promise<void>): Promise<void> => {
    let pause = delayMs;
    for (let attempt = 1; attempt <= bounds.attempts; attempt += 1) {
      await clock.sleep(pause, closing.signal).catch(() => {});
      const last = closing.signal.aborted;
      const failure = await inTurn(() => deliver(message));
      if (failure === undefined) return end(message, "delivered", kept);
      const { item, id } = message;
      log.warn({ item, delivery: id, attempt, reason: failure }, "notification not delivered");
      if (last && spool.lasts) return;
      if (last) break;
      pause = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
    }
    log.error({ item: message.item, delivery: message.id }, "notification given up");
    return end(message, "given_up", kept);
  };

  const begin = (message: Message, delayMs: number, kept = Promise.resolve()) => {
    const following = follow(message, delayMs, kept).finally(() => pending.delete(message.id));
    pending.set(message.id, following);
  };

  return {
    start: () => {
      for (const message of left) begin(message, 0);
    },
    announce: async ({ item, system, generation }) => {
      if (pending.size >= bounds.queue) {
        log.error({ item }, "notification dropped: too many wait");
        count("dropped");
        return;
      }
      const at = new Date(clock.now()).toISOString();
      const fields = { item, system, generation, at };
      const message: Message = { version: 1, id: randomUUID(), event: "rotated", ...fields };
      const kept = spool.keep(message).catch((err: unknown) => {
        log.error({ item, err }, "notification not kept: it ends with this process");
      });
      begin(message, bounds.delayMs, kept);
      await withinTime(kept, clock);
    },
    get waiting() {
      return pending.size;
    },
    close: async (limit) => {
      closing.abort();
      await Promise.race([Promise.all(pending.values()), limit]);
    },
  };
}

/** Waits for a task, but not for long. */
async function withinTime(task: Promise<void>, clock: Clock): Promise<void> {
  let stop = () => {};
  const over = new Promise<void>((resolve) => {
    stop = clock.after(KEEP_MS, resolve);
  });
  await Promise.race([task, over]);
  stop();
}

/** Runs a few tasks at once, the others in the order of asking. */
function limiter(most: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(task: () => Promise<T>): Promise<T> => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
