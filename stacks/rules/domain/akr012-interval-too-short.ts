import { secretsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { parseTimeSpan } from "../time-span.ts";
import { secret } from "./example.ts";
import { intervalMinutes, shownInterval } from "./interval.ts";

export const intervalTooShort: Rule = {
  id: "AKR012",
  title: "rotation interval too short",
  severity: "low",
  phase: "synth",
  reason:
    "Rotations that follow each other closely keep applications reconnecting, fill the version history, and leave no time to repair one that failed.",
  remedy:
    "Choose an interval of at least limits.min_rotation_interval, and check the unit in which the gateway counts.",
  examples: {
    pass: [
      { title: "one day", resources: [secret({ rotation_interval: "1" })] },
      {
        title: "60 minutes",
        resources: [secret({ rotation_interval: "60" }, { intervalUnit: "minutes" })],
      },
    ],
    fail: [
      {
        title: "30, where the gateway counts minutes",
        resources: [secret({ rotation_interval: "30" }, { intervalUnit: "minutes" })],
      },
    ],
  },
  *check({ deployment, policy }) {
    const limit = policy.limits.min_rotation_interval;
    for (const secret of secretsOf(deployment)) {
      const minutes = intervalMinutes(secret.attributes, secret);
      if (minutes === undefined || minutes < 1 || minutes >= parseTimeSpan(limit)) continue;
      yield {
        address: secret.address,
        attribute: "rotation_interval",
        message: `the interval is ${shownInterval(secret.attributes, secret)}; at least ${limit} is advised`,
      };
    }
  },
};
