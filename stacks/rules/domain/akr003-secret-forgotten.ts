import { SECRET_TYPE } from "../model.ts";
import type { Rule } from "../rule.ts";
import { removedSecret, secret } from "./example.ts";

export const secretForgotten: Rule = {
  id: "AKR003",
  title: "secret forgotten",
  severity: "high",
  phase: "plan",
  reason:
    "If a secret only leaves the state, Akeyless keeps rotating it, but nobody reviews its settings any more.",
  remedy:
    "Import the secret where it is declared from now on, or destroy it if nobody needs it any more.",
  examples: {
    pass: [{ title: "the secret stays", resources: [secret({}, { change: "none" })] }],
    fail: [{ title: "a removed block forgets it", resources: [removedSecret("forget")] }],
  },
  *check({ deployment }) {
    for (const { address, type, change } of deployment.resources) {
      if (type !== SECRET_TYPE || change !== "forget") continue;
      yield { address, message: "the plan forgets this secret, which goes on rotating unmanaged" };
    }
  },
};
