import type { Rule } from "../rule.ts";
import { shownWaiver, stateOf } from "../waiver.ts";
import { waiver } from "./waiver-example.ts";

export const waiverExpired: Rule = {
  id: "AKR095",
  title: "waiver expired or too long",
  severity: "medium",
  phase: "synth",
  reason:
    "A waiver accepts a risk until a date, at most a year ahead. Otherwise it accepts nothing, and somebody has to decide again.",
  remedy: "Correct what was waived and remove the waiver, or agree on a new date with its owner.",
  examples: {
    pass: [
      { title: "a date within a year", policy: { waivers: [waiver()] } },
      { title: "no waivers" },
    ],
    fail: [
      {
        title: "a date in the past",
        policy: { waivers: [waiver({ expires: "2020-12-31" })] },
      },
      {
        title: "a date more than a year ahead",
        policy: { waivers: [waiver({ expires: "2999-12-31" })] },
      },
    ],
  },
  *check({ policy, now }) {
    for (const waiver of policy.waivers) {
      const state = stateOf(waiver, now);
      if (state === "in-force") continue;
      const problem =
        state === "expired"
          ? `expired on ${waiver.expires}`
          : `ends on ${waiver.expires}, more than a year ahead, and accepts nothing`;
      yield { message: `${shownWaiver(waiver)} ${problem}` };
    }
  },
};
