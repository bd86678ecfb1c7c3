import type { Clock } from "../../common/clock.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import type { SharedLock } from "../systems/shared-lock.ts";
import type { Session } from "./session.ts";
import { ROTATION_MESSAGES } from "./trace.ts";

interface Running<T> {
  readonly request: string;
  readonly result: Promise<T>;
}

/** One piece of work per credential at a time in this process; equal requests share its result. */
export class CredentialLocks<T> {
  readonly #running = new Map<string, Running<T>>();

  /**
   * Begins the work, or joins an equal request that is running.
   * @throws KitError `busy` when a different request for the credential is running
   */
  run(
    credential: string,
    request: string,
    work: () => Promise<T>,
  ): { result: Promise<T>; joined: boolean } {
    const running = this.#running.get(credential);
    if (running?.request === request) return { result: running.result, joined: true };
    if (running) throw new KitError("busy");
    const result = work().finally(() => this.#running.delete(credential));
    this.#running.set(credential, { request, result });
    return { result, joined: false };
  }
}

/** A lock that this process has taken. */
interface Held {
  readonly release: () => Promise<void>;
  /** Ended by itself, as with the connection to its server: somebody else may have it. */
  lost: boolean;
}

/** Most locks that a process keeps beyond their rotation: each is a session at the lock's server. */
const MOST_KEPT = 16;

/**
 * What this process holds of the lock that replicas share. Each process counts failed logins for
 * itself: while it has some of an account, no other one may add to them. So it keeps the lock until the
 * system has forgotten them, for 16 credentials at once; with more, the oldest are let go.
 */
export class HeldLocks {
  readonly #clock: Clock;
  readonly #kept = new Map<string, { held: Held; cancel: () => void }>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Does the work while holding the lock. A lock service that fails does not stop rotations, since
   * nothing but politeness is lost.
   *
   * @param restMs how long the account has failed logins of this process, after the work
   * @throws KitError `busy`
   */
  async hold<T>(
    lock: SharedLock,
    credential: string,
    session: Session,
    work: () => Promise<T>,
    restMs: () => number,
  ): Promise<T> {
    const held = await this.#take(lock, credential, session);
    try {
      return await work();
    } finally {
      const ms = restMs();
      if (held?.lost === false) {
        if (ms > 0 && !this.#closed) this.#keep(credential, held, ms, session);
        else await free(held, session);
      }
    }
  }

  async #take(lock: SharedLock, credential: string, session: Session): Promise<Held | undefined> {
    const kept = this.#forget(credential);
    if (kept?.lost === false) return kept;
    let held: Held | undefined;
    const taken = await session.run<{ result: string; reason?: string }>(
      "lock",
      "shared",
      session.limits.probeMs,
      async ({ signal }) => {
        const state = { lost: false };
        const release = await lock.tryAcquire(credential, signal, () => {
          state.lost = true;
        });
        held = release && Object.assign(state, { release });
        return { result: held ? "ok" : "busy" };
      },
      ["ok", "busy"],
      (reason) => ({ result: "unavailable", reason }),
    );
    if (taken.result === "busy") throw new KitError("busy.elsewhere");
    // The lock listens to its step's signal, and is needed most when a later step takes too long.
    if (held) session.renewSignal();
    return held;
  }

  #keep(credential: string, held: Held, ms: number, { log }: Session): void {
    const end = (name: string) =>
      void this.#end(name).catch((err: unknown) => log.warn({ err }, ROTATION_MESSAGES.lockKept));
    // Two configurations, before and after a reload, may each have had a lock of their own.
    end(credential);
    const cancel = this.#clock.after(ms, () => end(credential));
    this.#kept.set(credential, { held, cancel });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) end(oldest);
  }

  async #end(credential: string): Promise<void> {
    const held = this.#forget(credential);
    if (held?.lost === false) await held.release();
  }

  /** The lock, where this process has kept it until now. */
  #forget(credential: string): Held | undefined {
    const kept = this.#kept.get(credential);
    this.#kept.delete(credential);
    kept?.cancel();
    return kept?.held;
  }

  /** Lets go of all that is kept, and keeps no more: the process stops. */
  async close(): Promise<void> {
    this.#closed = true;
    const names = [...this.#kept.keys()];
    await Promise.allSettled(names.map((name) => this.#end(name)));
  }
}

async function free(held: Held, session: Session): Promise<void> {
  await session.run(
    "lock",
    "release",
    session.limits.probeMs,
    async () => {
      await held.release();
      return { result: "released" };
    },
    ["released"],
    (reason) => ({ result: "unavailable", reason }),
  );
}
