import { SECRET_TYPE } from "../model.ts";
import type { Rule } from "../rule.ts";
import { removedSecret, secret } from "./example.ts";

export const secretDestroyed: Rule = {
  id: "AKR001",
  title: "secret destroyed",
  severity: "critical",
  phase: "plan",
  reason:
    "Akeyless deletes a rotated secret with all its versions at once. Nobody knows the current password afterwards.",
  remedy:
    "Keep the secret. To delete it, save the current value where it is needed, switch delete protection off in a separate deploy, and waive this finding for the address.",
  examples: {
    pass: [{ title: "the secret stays", resources: [secret({}, { change: "none" })] }],
    fail: [{ title: "the plan deletes the secret", resources: [removedSecret("delete")] }],
  },
  *check({ deployment }) {
    for (const { address, type, change } of deployment.resources) {
      if (type !== SECRET_TYPE || change !== "delete") continue;
      yield { address, message: "the plan destroys this secret and every version of it" };
    }
  },
};
