import type { Clock } from "../../common/clock.ts";
import { KitError } from "../../common/errors/kit-error.ts";
import type { SharedLock } from "../systems/shared-lock.ts";
import type { RotationDependencies } from "./dependencies.ts";
import { limitsFrom, type RotationLimits } from "./limits.ts";
import type { RotateRequest, Rotation } from "./rotation.ts";
import { ROTATION_MESSAGES } from "./trace.ts";
import { Turns } from "./turns.ts";

/** Rotations of one system that run at once where nothing else is said. */
const DEFAULT_MAX_CONCURRENT = 16;

/** Up to here the bound of a system is kept across replicas too: each turn holds a session there. */
const MAX_SHARED_TURNS = 8;

/** Pause before the shared lock is asked again, in milliseconds. */
const ASK_AGAIN_MS = 200;

/**
 * Rotates with a bounded number of rotations of one system at once. A product that serializes its
 * changes takes longer the more come at once, until they outlive their time limits, and then nobody
 * knows which of them happened. The others wait in the order of
 * their coming; one that would have too little time left is refused before anything is sent. With a
 * shared lock, a small bound is that of all replicas together.
 */
export function rotateInTurn(
  rotation: Rotation,
  { systems, clock, sharedLock, limits }: Omit<RotationDependencies, "keyring">,
): Rotation {
  const longest = longestWait(limitsFrom(limits));
  const turns = new Map<string, Turns>();
  /** Requests that have or await their turn, until they end; each resolves when it has it. */
  const begun = new Map<string, Promise<unknown>>();

  const turnsOf = (name: string, limit: number) => {
    const made = turns.get(name) ?? new Turns(limit, clock);
    turns.set(name, made);
    return made;
  };

  /** Waits for a turn and returns what ends it. */
  const take = async (request: RotateRequest): Promise<() => Promise<void>> => {
    const { binding, signal, waitedMs = 0, log } = request;
    const limit = systems.get(binding.system)?.maxConcurrent ?? DEFAULT_MAX_CONCURRENT;
    const own = turnsOf(binding.system, limit);
    // What can be answered without a turn is.
    if (!own.isFree) rotation.check(request);
    const asked = clock.monotonic();
    const left = () => longest - waitedMs - (clock.monotonic() - asked);
    const handOn = await own.take({ longestMs: left(), tooLong: "system_busy", signal });
    if (sharedLock === undefined || limit > MAX_SHARED_TURNS) return async () => handOn();
    try {
      const release = await takeShared(sharedLock, binding.system, limit, left, request, clock);
      return async () => {
        await release?.().catch((err: unknown) => log.warn({ err }, ROTATION_MESSAGES.turnKept));
        handOn();
      };
    } catch (error) {
      handOn();
      throw error;
    }
  };

  return {
    check: (request) => rotation.check(request),
    async rotate(request) {
      const asked = clock.monotonic();
      const waited = () => (request.waitedMs ?? 0) + clock.monotonic() - asked;
      const same = JSON.stringify([request.item, request.payload]);
      // The rotation joins equal requests: the second needs no turn of its own.
      const before = begun.get(same);
      if (before !== undefined) {
        await before;
        return rotation.rotate({ ...request, waitedMs: waited() });
      }
      const turn = take(request);
      begun.set(same, turn);
      try {
        const end = await turn;
        return await rotation.rotate({ ...request, waitedMs: waited() }).finally(end);
      } finally {
        begun.delete(same);
      }
    },
  };
}

/** What stays after the wait is enough for a probe, a change and its verification at their longest. */
function longestWait({ totalMs, probeMs, changeMs }: RotationLimits): number {
  return totalMs - changeMs - 2 * probeMs;
}

/**
 * Takes one of a system's turns that all replicas share. A lock service that fails does not stop
 * rotations. @throws KitError `system_busy`
 */
async function takeShared(
  lock: SharedLock,
  system: string,
  limit: number,
  left: () => number,
  { log, signal }: Pick<RotateRequest, "log" | "signal">,
  clock: Clock,
): Promise<(() => Promise<void>) | undefined> {
  for (;;) {
    for (let turn = 0; turn < limit; turn += 1) {
      try {
        const step = AbortSignal.timeout(Math.max(1, Math.min(left(), ASK_AGAIN_MS * 10)));
        const release = await lock.tryAcquire(`turn ${turn} of ${system}`, step);
        if (release) return release;
      } catch (err) {
        log.warn({ err }, ROTATION_MESSAGES.noSharedTurn);
        return undefined;
      }
    }
    if (left() < ASK_AGAIN_MS) throw new KitError("system_busy");
    await clock.sleep(ASK_AGAIN_MS, signal).catch(() => {
      throw new KitError("stopping");
    });
  }
}
