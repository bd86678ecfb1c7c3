import { shown } from "../display.ts";
import { type Resource, secretsOf, targetsOf } from "../model.ts";
import { matchesAny } from "../pattern.ts";
import type { RulePolicy } from "../policy.ts";
import type { Rule } from "../rule.ts";
import { asText, differs, isHidden } from "../values.ts";
import { secret, updatedSecret } from "./example.ts";

const policy = { allowed: { encryption_keys: ["/keys/prod-*"] } };

export const encryptionKey: Rule = {
  id: "AKR070",
  title: "encryption key changed or not allowed",
  severity: "medium",
  phase: "synth",
  reason:
    "The protection key decides who can ever read the secret. With another key, the secret is encrypted again, and other people hold that key.",
  remedy:
    "Use a key that is listed under allowed.encryption_keys, and agree on a change with the key's owner.",
  examples: {
    pass: [
      { title: "the account's default key", resources: [secret()], policy },
      { title: "a key on the list", resources: [secret({ key: "/keys/prod-1" })], policy },
      {
        title: "the server names its default key, the code none",
        resources: [updatedSecret({ key: "default" }, { key: null })],
      },
    ],
    fail: [
      { title: "a key that is not on the list", resources: [secret({ key: "/mine" })], policy },
      {
        title: "the plan changes the key",
        resources: [updatedSecret({ key: "/keys/prod-1" }, { key: "/keys/prod-2" })],
      },
    ],
  },
  *check({ deployment, policy }) {
    for (const resource of [...secretsOf(deployment), ...targetsOf(deployment)]) {
      const message = judge(resource, policy);
      if (message !== undefined) yield { address: resource.address, attribute: "key", message };
    }
  },
};

function judge({ attributes, before }: Resource, { allowed }: RulePolicy): string | undefined {
  const key = asText(attributes.key) ?? "";
  // Unset: some servers report the name of the account's default key, which is not a change.
  if (isHidden(attributes.key) || key === "") return undefined;
  if (allowed.encryption_keys !== undefined && !matchesAny(allowed.encryption_keys, key)) {
    return `the protection key ${shown(key)} is not listed under allowed.encryption_keys`;
  }
  if (before === undefined || !differs(before.key, key)) return undefined;
  const earlier = asText(before.key) ?? "";
  const from = earlier === "" ? "the account's default key" : shown(earlier);
  return `the protection key changes from ${from} to ${shown(key)}`;
}
