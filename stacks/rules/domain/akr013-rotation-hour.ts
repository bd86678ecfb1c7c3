import { type Resource, secretsOf } from "../model.ts";
import type { RulePolicy } from "../policy.ts";
import type { Rule } from "../rule.ts";
import { asFlag, asWholeNumber, isUnset } from "../values.ts";
import { secret, secrets } from "./example.ts";

export const rotationHour: Rule = {
  id: "AKR013",
  title: "rotation hour crowded or in business hours",
  severity: "low",
  phase: "synth",
  reason:
    "Secrets of the same hour rotate at once: rotator and systems get all requests together. In business hours people notice each failed rotation.",
  remedy:
    "Give the schedule hours of the night, for example betweenHoursUtc: { from: 22, to: 4 }; hours are UTC.",
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
        title: "three without an hour, where two may rotate at once",
        resources: secrets(3, { rotation_hour: null }),
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
    const { max_secrets_per_hour: limit } = policy.limits;
    for (const [hour, together] of byHour(secretsOf(deployment))) {
      for (const { address } of isBusy(hour, policy) ? together : []) {
        const message = `the secret rotates at ${hour} o'clock UTC, in business hours`;
        yield { address, attribute: "rotation_hour", message };
      }
      const [first] = together;
      if (first === undefined || together.length <= limit) continue;
      const when =
        hour === undefined ? "at the hour that the server chooses" : `at ${hour} o'clock UTC`;
      yield {
        address: first.address,
        attribute: "rotation_hour",
        message: `${together.length} secrets rotate ${when}, this is the first of them; at most ${limit} are advised`,
      };
    }
  },
};

/** Secrets that rotate by themselves; those without an hour all get the same one. */
function byHour(secrets: readonly Resource[]): Map<number | undefined, Resource[]> {
  const groups = new Map<number | undefined, Resource[]>();
  for (const secret of secrets) {
    const { rotation_hour: declared, auto_rotate: on } = secret.attributes;
    const hour = asWholeNumber(declared);
    if (asFlag(on) !== true || (hour === undefined && !isUnset(declared))) continue;
    // Counted in minutes, intervals run from the last rotation: no hour, no crowd.
    if (hour === undefined && secret.intervalUnit === "minutes") continue;
    const group = groups.get(hour);
    if (group === undefined) groups.set(hour, [secret]);
    else group.push(secret);
  }
  return groups;
}

function isBusy(
  hour: number | undefined,
  { limits: { business_hours_utc: busy } }: RulePolicy,
): boolean {
  if (busy === undefined || hour === undefined) return false;
  const { from, to } = busy;
  return from <= to ? hour >= from && hour < to : hour >= from || hour < to;
}
