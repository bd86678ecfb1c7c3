import { secretsOf, UNKNOWN } from "../model.ts";
import type { Rule } from "../rule.ts";
import { asFlag } from "../values.ts";
import { secret, updatedSecret } from "./example.ts";

export const autoRotateOff: Rule = {
  id: "AKR010",
  title: "automatic rotation off",
  severity: "high",
  phase: "synth",
  reason: "The item looks like a rotated secret, but nothing changes its password.",
  remedy: "Give the secret a schedule (RotationSchedule.every), or waive this with the reason.",
  examples: {
    pass: [
      { title: "rotation is on", resources: [secret()] },
      { title: "a variable decides", resources: [secret({ auto_rotate: UNKNOWN })] },
    ],
    fail: [
      { title: "rotation is off", resources: [secret({ auto_rotate: "false" })] },
      { title: "nothing is said about it", resources: [secret({ auto_rotate: null })] },
      {
        title: "the plan switches it off",
        resources: [updatedSecret({}, { auto_rotate: "false" })],
      },
    ],
  },
  *check({ deployment }) {
    for (const { address, attributes, before } of secretsOf(deployment)) {
      if (asFlag(attributes.auto_rotate) !== false) continue;
      const message = asFlag(before?.auto_rotate)
        ? "automatic rotation is switched off; until now it was on"
        : "automatic rotation is off: the password changes only when somebody rotates it";
      yield { address, attribute: "auto_rotate", message };
    }
  },
};
