import { type Resource, secretsOf } from "../model.ts";
import type { Policy } from "../policy.ts";
import type { Rule } from "../rule.ts";
import { flag, wholeNumber } from "../values.ts";
import { secret, secrets } from "./example.ts";

export const rotationHour: Rule = {
  id: "AKR013",
  title: "rotation hour crowded or in business hours",
  severity: "low",
  phase: "synth",
  reason:
    "Secrets of the same hour rotate at once: rotator and systems get all requests together. In business hours people notice each failed rotation.",
  remedy: "Spread atHourUtc over the night; the hour is UTC.",
  examples: {
    pass: [
      { title: "few secrets at two o'clock", resources: secrets(3) },
      {
        title: "outside of business hours",
        resources: [secret({ rotation_hour: 2 })],
        policy: { limits: { business_hours_utc: { from: 7, to: 18 } } },
      },
    ],
    fail: [
      {
        title: "three secrets where two may rotate at once",
        resources: secrets(3),
        policy: { limits: { max_secrets_per_hour: 2 } },
      },
      {
        title: "at noon",
        resources: [secret({ rotation_hour: 12 })],
        policy: { limits: { business_hours_utc: { from: 7, to: 18 } } },
      },
    ],
  },
  *check({ deployment, policy }) {
    const byHour = new Map<number, Resource[]>();
    for (const secret of secretsOf(deployment)) {
      const hour = wholeNumber(secret.attributes.rotation_hour);
      if (hour === undefined || flag(secret.attributes.auto_rotate) !== true) continue;
      const together = byHour.get(hour);
      if (together === undefined) byHour.set(hour, [secret]);
      else together.push(secret);
    }
    const { max_secrets_per_hour: limit } = policy.limits;
    for (const [hour, together] of byHour) {
      for (const { address } of isBusy(hour, policy) ? together : []) {
        const message = `the secret rotates at ${hour} o'clock UTC, in business hours`;
        yield { address, attribute: "rotation_hour", message };
      }
      const [first] = together;
      if (first === undefined || together.length <= limit) continue;
      yield {
        address: first.address,
        attribute: "rotation_hour",
        message: `${together.length} secrets rotate at ${hour} o'clock UTC, this is the first of them; at most ${limit} are advised`,
      };
    }
  },
};

function isBusy(hour: number, { limits: { business_hours_utc: busy } }: Policy): boolean {
  if (busy === undefined) return false;
  const { from, to } = busy;
  return from <= to ? hour >= from && hour < to : hour >= from || hour < to;
}
