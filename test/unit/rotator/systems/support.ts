import { pino } from "pino";
import { systemClock } from "../../../../common/clock.ts";
import { systemConfigSchema } from "../../../../rotator/systems/config.ts";
import { createSystem } from "../../../../rotator/systems/create-system.ts";
import type { StepContext, System } from "../../../../rotator/systems/system.ts";

/** A step's context that logs nothing and never aborts unless told so. */
export function stepContext(signal = new AbortController().signal): StepContext {
  return { signal, log: pino({ level: "silent" }), clock: systemClock };
}

/** Makes a system from raw configuration, as the service does from rotator.yaml. */
export function systemFrom(
  config: unknown,
  environment: Record<string, string> = {},
  directory = import.meta.dirname,
): Promise<System> {
  const log = pino({ level: "silent" });
  return createSystem(systemConfigSchema.parse(config), {
    name: "test",
    log,
    environment,
    directory,
  });
}

export const alice = (password: string) => ({ username: "alice", password });
