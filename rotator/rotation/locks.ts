import { KitError } from "../../common/errors/kit-error.ts";
import type { SharedLock } from "../systems/shared-lock.ts";
import type { Session } from "./session.ts";

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

/**
 * Does the work while holding the shared lock. A lock service that fails does not stop rotations,
 * since nothing but politeness is lost. @throws KitError `busy`
 */
export async function withSharedLock<T>(
  lock: SharedLock,
  credential: string,
  session: Session,
  work: () => Promise<T>,
): Promise<T> {
  let release: (() => Promise<void>) | undefined;
  const taken = await session.run<{ result: string; reason?: string }>(
    "lock",
    "shared",
    session.limits.probeMs,
    async ({ signal }) => {
      release = await lock.tryAcquire(credential, signal);
      return { result: release ? "ok" : "busy" };
    },
    ["ok", "busy"],
    (reason) => ({ result: "unavailable", reason }),
  );
  if (taken.result === "busy") throw new KitError("busy");
  // The lock listens to its step's signal, and is needed most when a later step takes too long.
  if (release) session.renewSignal();
  try {
    return await work();
  } finally {
    if (release)
      await session.run(
        "lock",
        "release",
        session.limits.probeMs,
        async () => {
          await release?.();
          return { result: "released" };
        },
        ["released"],
        (reason) => ({ result: "unavailable", reason }),
      );
  }
}
