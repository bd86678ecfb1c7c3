import { secretsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { asFlag } from "../values.ts";
import { secret, updatedSecret } from "./example.ts";

export const deleteProtection: Rule = {
  id: "AKR050",
  title: "delete protection off",
  severity: "high",
  phase: "synth",
  reason:
    "Without protection, a rename in the code deletes the secret with all its versions. The provider switches protection off unless it is declared.",
  remedy:
    "Keep deleteProtection at its default, true. To delete a secret, waive this until a date.",
  examples: {
    pass: [{ title: "protected", resources: [secret()] }],
    fail: [
      { title: "off", resources: [secret({ delete_protection: "false" })] },
      { title: "nothing is said about it", resources: [secret({ delete_protection: null })] },
      {
        title: "the plan takes it away",
        resources: [updatedSecret({}, { delete_protection: "false" })],
      },
    ],
  },
  *check({ deployment }) {
    for (const { address, attributes, before } of secretsOf(deployment)) {
      if (asFlag(attributes.delete_protection) !== false) continue;
      const message = asFlag(before?.delete_protection)
        ? "delete protection is taken away; until now it was on"
        : "delete protection is off";
      yield { address, attribute: "delete_protection", message };
    }
  },
};
