import { shownAll } from "../display.ts";
import { secretsOf, type Value } from "../model.ts";
import { matches } from "../pattern.ts";
import type { Rule } from "../rule.ts";
import { asTexts, isHidden } from "../values.ts";
import { secret } from "./example.ts";

const policy = { required_tags: ["owner:*", "managed-by:*"] };

export const requiredTags: Rule = {
  id: "AKR071",
  title: "required tag missing",
  severity: "medium",
  phase: "synth",
  reason: "Tags say whom a secret belongs to, and can grant access.",
  remedy: "Add a tag that matches, for one secret or with ItemTags for all of a stack.",
  examples: {
    pass: [
      { title: "no tag is required", resources: [secret()] },
      {
        title: "each required tag is there",
        resources: [secret({ tags: ["owner:crm", "managed-by:kit"] })],
        policy,
      },
    ],
    fail: [
      { title: "one is missing", resources: [secret({ tags: ["owner:crm"] })], policy },
      { title: "no tags", resources: [secret()], policy },
    ],
  },
  *check({ deployment, policy }) {
    for (const { address, attributes } of secretsOf(deployment)) {
      if (someHidden(attributes.tags)) continue;
      const tags = asTexts(attributes.tags);
      const missing = policy.required_tags.filter(
        (pattern) => !tags.some((tag) => matches(pattern, tag)),
      );
      if (missing.length === 0) continue;
      const message = `no tag of the secret matches ${shownAll(missing)}`;
      yield { address, attribute: "tags", message };
    }
  },
};

const someHidden = (value: Value | undefined): boolean =>
  isHidden(value) || (Array.isArray(value) && value.some(isHidden));
