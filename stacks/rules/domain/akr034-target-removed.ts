import { defined } from "../../../common/defined.ts";
import { shownAll } from "../display.ts";
import { secretsByTarget } from "../model.ts";
import type { Rule } from "../rule.ts";
import { removedSecret, removedTarget, secret, target } from "./example.ts";

export const targetRemoved: Rule = {
  id: "AKR034",
  title: "Web Target removed while secrets use it",
  severity: "critical",
  phase: "plan",
  reason:
    "Without its target a secret cannot rotate. The provider cannot give a secret another target either: it has to be replaced.",
  remedy:
    "Keep the target, or move its secrets to another one first; change a target's url instead of its name.",
  examples: {
    pass: [
      {
        title: "target and secret go together",
        resources: [removedTarget(), removedSecret("delete")],
      },
      { title: "both stay", resources: [target({}, { change: "none" }), secret()] },
    ],
    fail: [
      {
        title: "the plan deletes a target in use",
        resources: [removedTarget(), secret({}, { change: "none" })],
      },
      {
        title: "the plan forgets a target in use (medium)",
        resources: [{ ...removedTarget(), change: "forget" }, secret({}, { change: "none" })],
      },
      {
        title: "the plan replaces a target in use",
        resources: [target({}, { change: "replace" }), secret({}, { change: "none" })],
      },
    ],
  },
  *check({ deployment }) {
    for (const [{ address, change }, secrets] of secretsByTarget(deployment)) {
      if (change !== "delete" && change !== "replace" && change !== "forget") continue;
      const left = secrets.filter(({ change }) => change !== "create" && change !== "replace");
      if (left.length === 0) continue;
      const users = shownAll(left.map((secret) => secret.address));
      const message = `the plan ${change}s this target, but ${users} still use it`;
      yield {
        address,
        message,
        ...defined({ severity: change === "forget" ? "medium" : undefined }),
      };
    }
  },
};
