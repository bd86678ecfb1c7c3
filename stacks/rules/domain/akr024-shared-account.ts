import { shownAll } from "../display.ts";
import { fieldOf, type PayloadFacts } from "../evidence/payload.ts";
import { secretsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { secret } from "./example.ts";
import { grouped } from "./groups.ts";
import { payloadFields } from "./payload-example.ts";

const second = (changed: Record<string, unknown> = {}) =>
  secret(
    { name: "/prod/second" },
    { address: "akeyless_rotated_secret_custom.second", payload: payloadFields(changed) },
  );

export const sharedAccount: Rule = {
  id: "AKR024",
  title: "two secrets for one account",
  severity: "high",
  phase: "synth",
  reason:
    "Each rotation of one secret makes the password in the other one wrong: its readers cannot log in, and the rotator finds the account out of sync.",
  remedy: "Keep one secret for the account, and let every consumer read that one.",
  examples: {
    pass: [
      { title: "another user name", resources: [secret(), second({ username: "other" })] },
      { title: "another system", resources: [secret(), second({ system: "other" })] },
    ],
    fail: [{ title: "the same system and user name", resources: [secret(), second()] }],
  },
  *check({ deployment }) {
    for (const secrets of grouped(secretsOf(deployment), ({ payload }) => accountOf(payload))) {
      const [{ address }, ...others] = secrets;
      const names = shownAll(others.map((other) => other.address));
      const message = `this secret and ${names} rotate the same account of the same system`;
      yield { address, attribute: "custom_payload", message };
    }
  },
};

function accountOf(payload: PayloadFacts | undefined): string[] {
  if (payload === undefined) return [];
  const [system, username] = ["system", "username"].map(
    (name) => fieldOf(payload, name)?.fingerprint,
  );
  return system === undefined || username === undefined ? [] : [`${system} ${username}`];
}
