import { shown } from "../display.ts";
import { type Resource, secretsOf } from "../model.ts";
import type { RulePolicy } from "../policy.ts";
import type { Observation, Rule } from "../rule.ts";
import { parseTimeSpan } from "../time-span.ts";
import { asFlag, asText, isUnset } from "../values.ts";
import { secret, updatedSecret } from "./example.ts";
import { intervalMinutes, shownInterval } from "./interval.ts";

export const intervalTooLong: Rule = {
  id: "AKR011",
  title: "rotation interval too long",
  severity: "high",
  phase: "synth",
  reason: "The interval is how long a leaked password stays useful to anyone who has it.",
  remedy:
    "Choose an interval within limits.max_rotation_interval, in the unit in which the gateway counts.",
  examples: {
    pass: [
      { title: "30 days", resources: [secret()] },
      { title: "90 days, the default limit", resources: [secret({ rotation_interval: "90" })] },
      {
        title: "1440 minutes on a gateway that counts minutes",
        resources: [secret({ rotation_interval: "1440" }, { intervalUnit: "minutes" })],
      },
      {
        title: "the plan shortens it",
        resources: [updatedSecret({ rotation_interval: "60" }, { rotation_interval: "30" })],
      },
    ],
    fail: [
      { title: "91 days", resources: [secret({ rotation_interval: "91" })] },
      { title: "a year", resources: [secret({ rotation_interval: "365" })] },
      {
        title: "longer than the policy allows",
        resources: [secret({ rotation_interval: "30" })],
        policy: { limits: { max_rotation_interval: "14d" } },
      },
      { title: "no number", resources: [secret({ rotation_interval: "monthly" })] },
      { title: "zero", resources: [secret({ rotation_interval: "0" })] },
      { title: "rotation without interval", resources: [secret({ rotation_interval: null })] },
      {
        title: "the plan makes it longer, within the limit",
        resources: [updatedSecret({ rotation_interval: "7" }, { rotation_interval: "30" })],
      },
    ],
  },
  *check({ deployment, policy }) {
    for (const secret of secretsOf(deployment)) {
      const problem = judge(secret, policy);
      if (problem === undefined) continue;
      yield { address: secret.address, attribute: "rotation_interval", ...problem };
    }
  },
};

function judge(
  secret: Resource,
  policy: RulePolicy,
): Pick<Observation, "message" | "severity"> | undefined {
  const { attributes, before } = secret;
  if (asFlag(attributes.auto_rotate) !== true) return undefined;
  const written = attributes.rotation_interval;
  if (isUnset(written)) {
    return { message: "the secret rotates automatically, but does not say how often" };
  }
  const minutes = intervalMinutes(attributes, secret);
  if (minutes === undefined || minutes < 1) {
    const known = asText(written);
    if (known === undefined) return undefined;
    return { message: `the interval is ${shown(known)}; allowed are whole numbers from 1` };
  }
  const { max_rotation_interval: limit } = policy.limits;
  if (minutes > parseTimeSpan(limit)) {
    return {
      message: `the interval is ${shownInterval(attributes, secret)}; at most ${limit} is allowed`,
    };
  }
  const earlier = intervalMinutes(before, secret);
  if (earlier === undefined || minutes <= earlier) return undefined;
  return {
    severity: "medium",
    message: `the interval grows from ${shownInterval(before, secret)} to ${shownInterval(attributes, secret)}`,
  };
}
