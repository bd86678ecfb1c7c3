import type { CreateSystem } from "../../rotator/systems/module/load-module.ts";
import type { StepContext } from "../../rotator/systems/system.ts";

/** The product of the chaos, as the rotator sees it: an operator's module. */
export const createSystem: CreateSystem = (options) => {
  const call = async <T>(verb: string, step: StepContext, ...args: unknown[]): Promise<T> => {
    const response = await fetch(`${options.url}/${verb}`, {
      method: "POST",
      body: JSON.stringify(args),
      signal: step.signal,
    });
    // The rotator believes nothing of a module: it reads each result itself.
    return (await response.json()) as T;
  };
  return {
    probe: (credential, step) => call("probe", step, credential),
    change: async () => ({ result: "refused", reason: "unsupported" }),
    changeRetaining: (current, next, step) => call("changeRetaining", step, current, next),
    keys: {
      create: (owner, name, step) => call("create", step, owner, name),
      revoke: (owner, name, step) => call("revoke", step, owner, name),
    },
  };
};
