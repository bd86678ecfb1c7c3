import { pino } from "pino";
import { systemClock } from "../../../common/clock.ts";
import { createRotation } from "../../../rotator/rotation/create-rotation.ts";
import { Keyring } from "../../../rotator/rotation/keyring.ts";
import type { ItemBinding, RotationAnswer } from "../../../rotator/rotation/rotation.ts";
import type { SharedLock } from "../../../rotator/systems/shared-lock.ts";
import type { Credential, System } from "../../../rotator/systems/system.ts";
import { stepContext } from "../../unit/rotator/systems/support.ts";

/** The rotation protocol over one real system, without the service around it. */
export interface Rig {
  rotate(payload: object): Promise<RotationAnswer & { readonly fields: Fields }>;
  /** Whether a credential opens its account now. */
  opens(credential: Credential): Promise<boolean>;
  close(): Promise<void>;
}

/** What tests read of a payload. */
interface Fields {
  readonly username: string;
  readonly password: string;
  readonly users?: readonly Credential[];
}

/** A rotator of its own: two rigs over the same accounts are two replicas. */
export function rigFor(
  system: System,
  binding: Partial<ItemBinding> & { usernames: string[] },
  sharedLock?: SharedLock,
): Rig {
  const rotation = createRotation({
    keyring: new Keyring([{ id: "k1", material: Buffer.alloc(32, 7) }]),
    systems: new Map([["app", { system }]]),
    clock: systemClock,
    ...(sharedLock && { sharedLock }),
  });
  return {
    async rotate(payload) {
      const answer = await rotation.rotate({
        item: "/prod/app",
        payload: JSON.stringify({ system: "app", ...payload }),
        binding: { system: "app", strategy: "single", reconcile: false, ...binding },
        log: pino({ level: "silent" }),
      });
      return { ...answer, fields: JSON.parse(answer.payload) as Fields };
    },
    opens: async (credential) => (await system.probe(credential, stepContext())).result === "valid",
    close: async () => system.close?.(),
  };
}
