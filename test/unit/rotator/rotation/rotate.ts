import { pino } from "pino";
import type { Clock } from "../../../../common/clock.ts";
import { KitError } from "../../../../common/errors/kit-error.ts";
import { createRotation } from "../../../../rotator/rotation/create-rotation.ts";
import type { RotationDependencies } from "../../../../rotator/rotation/dependencies.ts";
import { Keyring } from "../../../../rotator/rotation/keyring.ts";
import type {
  ItemBinding,
  RotateRequest,
  RotationAnswer,
} from "../../../../rotator/rotation/rotation.ts";
import type { StepEvent } from "../../../../rotator/rotation/trace.ts";
import type { System } from "../../../../rotator/systems/system.ts";
import { MemorySystem } from "./memory-system.ts";

const ITEM = "/prod/app";
export const KEYRING = new Keyring([{ id: "k1", material: Buffer.alloc(32, 1) }]);
const SILENT = pino({ level: "silent" });

/** A clock that jumps over every pause, and whose time limits never strike. */
export function jumpingClock(): Clock {
  let now = Date.parse("2030-01-01T00:00:00Z");
  return {
    now: () => now,
    monotonic: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    after: () => () => {},
  };
}

/**
 * Repeats a rotation until it is answered, `rest` in between, and counts the calls. Gives up after
 * twenty.
 */
export async function callsUntilAnswered(
  rotate: () => Promise<RotationAnswer>,
  rest: () => Promise<void>,
): Promise<{ answer: RotationAnswer | undefined; calls: number }> {
  for (let calls = 1; calls <= 20; calls += 1) {
    const answer = await rotate().catch((error: unknown) => {
      if (!(error instanceof KitError)) throw error;
      return undefined;
    });
    if (answer) return { answer, calls };
    await rest();
  }
  return { answer: undefined, calls: 20 };
}

/** A rotator for one system, and what its steps were. */
export function rotatorFor(system: System, options: Partial<RotationDependencies> = {}) {
  const steps: StepEvent[] = [];
  const clock = options.clock ?? jumpingClock();
  const rotation = createRotation({
    keyring: KEYRING,
    systems: new Map([["app", { system }]]),
    ...options,
    clock,
    limits: { failedLoginSpacingMs: 0, ...options.limits },
  });
  const binding: ItemBinding = {
    system: "app",
    // "by-hand" is the name of a key.
    usernames: ["svc", "svc-a", "svc-b", "by-hand"],
    strategy: "single",
    bootstrap: true,
    reconcile: false,
  };
  const request = (payload: unknown, bound: Partial<ItemBinding> = {}): RotateRequest => ({
    item: ITEM,
    payload: typeof payload === "string" ? payload : JSON.stringify(payload),
    binding: { ...binding, ...bound },
    log: SILENT,
    onStep: (step) => steps.push(step),
  });
  return {
    rotation,
    steps,
    /** Lets so much time pass that failed logins are forgotten, by the system too. */
    rest: async () => {
      await clock.sleep(900_000);
      if (system instanceof MemorySystem) system.failedInARow = 0;
    },
    request,
    rotate: (payload: unknown, bound?: Partial<ItemBinding>) =>
      rotation.rotate(request(payload, bound)),
  };
}
