import { secretsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { secret } from "./example.ts";

export const checkLeftOut: Rule = {
  id: "AKR014",
  title: "rotation not proved by the deploy",
  severity: "low",
  phase: "synth",
  reason:
    "Without the check after the deploy nobody knows whether the secret rotates, and as it was declared, before the first rotation on schedule.",
  remedy:
    "Leave check at its default; where a rotation at deploy time is not wanted, give check: { rotate: false }.",
  examples: {
    pass: [
      { title: "with its check", resources: [secret({}, { rotationChecked: true })] },
      { title: "nothing is known about a check", resources: [secret()] },
    ],
    fail: [{ title: "check: false", resources: [secret({}, { checkLeftOut: true })] }],
  },
  *check({ deployment }) {
    for (const { address, checkLeftOut } of secretsOf(deployment)) {
      if (checkLeftOut !== true) continue;
      yield { address, message: "the declaration leaves the check after the deploy out" };
    }
  },
};
