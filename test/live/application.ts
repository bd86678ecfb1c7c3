import { setTimeout as pause } from "node:timers/promises";

/** An application that goes on with a password, one login after the other. */
export interface Application {
  /** Resolves when so many of its logins have been refused. */
  refused(times: number): Promise<void>;
  /** Resolves when its last login has ended. */
  stop(): Promise<void>;
}

/** Starts one. A product may count failed logins only if they follow one another quickly. */
export function keepLoggingIn(login: () => Promise<boolean>): Application {
  let stopped = false;
  let refusals = 0;
  const work = (async () => {
    while (!stopped) {
      if (!(await login())) refusals += 1;
      await pause(100);
    }
  })();
  return {
    refused: async (times) => {
      while (refusals < times) await Promise.race([pause(50), work]);
    },
    stop: async () => {
      stopped = true;
      await work;
    },
  };
}
