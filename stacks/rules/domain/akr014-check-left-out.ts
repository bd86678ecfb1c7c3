import { secretsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { secret } from "./example.ts";

export const checkLeftOut: Rule = {
  id: "AKR014",
  title: "rotation not proved by the deploy",
  severity: "low",
  phase: "synth",
  reason:
    "Without the check after the deploy, you learn only from the first scheduled rotation whether the secret rotates and whether it is as declared.",
  remedy:
    "Leave check at its default. If you do not want a rotation at deploy time, set check: { rotate: false }.",
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
      yield { address, message: "the declaration has no check after the deploy" };
    }
  },
};
