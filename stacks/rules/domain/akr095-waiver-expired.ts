import { shown } from "../display.ts";
import type { Rule } from "../rule.ts";
import { isInForce } from "../waiver.ts";

const waiver = (expires: string) => ({
  rule: "AKR050" as const,
  resource: "akeyless_rotated_secret_custom.old",
  reason: "will be deleted with the old system",
  owner: "platform team",
  expires,
});

export const waiverExpired: Rule = {
  id: "AKR095",
  title: "waiver expired",
  severity: "medium",
  phase: "synth",
  reason:
    "A waiver accepts a risk until a date. After that date it accepts nothing any more, and somebody has to decide anew.",
  remedy: "Remove what was waived and then the waiver, or agree on a new date with its owner.",
  examples: {
    pass: [
      { title: "a date in the future", policy: { waivers: [waiver("2999-12-31")] } },
      { title: "no waivers" },
    ],
    fail: [{ title: "a date in the past", policy: { waivers: [waiver("2020-12-31")] } }],
  },
  *check({ policy, now }) {
    for (const waiver of policy.waivers) {
      if (isInForce(waiver, now)) continue;
      const { rule, resource, owner, expires } = waiver;
      const message = `the waiver of ${rule} for ${shown(resource)}, owned by ${shown(owner)}, expired on ${expires}`;
      yield { message };
    }
  },
};
