import { fieldOf, fingerprint } from "../evidence/payload.ts";
import { secretsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { secret } from "./example.ts";
import { payloadFields } from "./payload-example.ts";

const as = (username: string) => secret({}, { payload: payloadFields({ username }) });

export const administrator: Rule = {
  id: "AKR025",
  title: "administrator's account in a secret",
  severity: "medium",
  phase: "synth",
  reason:
    "Anyone who may read the item then controls the system, and a failed rotation locks out the administrators together with the application.",
  remedy:
    "Give the application its own account. The names are listed under administrators in the policy.",
  examples: {
    pass: [
      { title: "an account of its own", resources: [secret()] },
      {
        title: "admin, where the policy permits it",
        resources: [as("admin")],
        policy: { administrators: [] },
      },
    ],
    fail: [
      { title: "root", resources: [as("root")] },
      { title: "Administrator", resources: [as("Administrator")] },
    ],
  },
  *check({ deployment, policy }) {
    // A rule never sees the name, so it compares marks, in the ways in which people write one.
    const marks = new Set(policy.administrators.flatMap(spellings).map(fingerprint));
    for (const { address, payload } of secretsOf(deployment)) {
      const username = payload && fieldOf(payload, "username")?.fingerprint;
      if (username === undefined || !marks.has(username)) continue;
      const message = "the payload names an account that the policy lists under administrators";
      yield { address, attribute: "custom_payload", message };
    }
  },
};

const spellings = (name: string): string[] => [
  name,
  name.toLowerCase(),
  name.toUpperCase(),
  name.charAt(0).toUpperCase() + name.slice(1).toLowerCase(),
];
