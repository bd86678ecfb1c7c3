import { itemPath } from "../../../common/item-path.ts";
import { shown } from "../display.ts";
import { secretsOf } from "../model.ts";
import { matches } from "../pattern.ts";
import type { Rule } from "../rule.ts";
import { asText } from "../values.ts";
import { secret } from "./example.ts";

export const itemName: Rule = {
  id: "AKR072",
  title: "name of a secret not among the agreed ones",
  severity: "medium",
  phase: "synth",
  reason:
    "Access in Akeyless is granted by path: outside the agreed folders, the wrong people can read the secret, or nobody can.",
  remedy: "Choose a name that matches one of the policy's item_names.",
  examples: {
    pass: [
      { title: "any name, where none is agreed", resources: [secret()] },
      {
        title: "a name that matches",
        resources: [secret()],
        policy: { item_names: ["/prod/*"] },
      },
    ],
    fail: [
      {
        title: "another folder",
        resources: [secret({ name: "/misc/reporting" })],
        policy: { item_names: ["/prod/*", "/staging/*"] },
      },
    ],
  },
  *check({ deployment, policy }) {
    const { item_names: patterns } = policy;
    if (patterns === undefined) return;
    for (const { address, attributes } of secretsOf(deployment)) {
      const name = asText(attributes.name);
      if (name === undefined) continue;
      if (patterns.some((pattern) => matches(itemPath(pattern), itemPath(name)))) continue;
      const message = `the name ${shown(name)} matches none of item_names`;
      yield { address, attribute: "name", message };
    }
  },
};
