import { shown } from "../display.ts";
import { type Resource, secretsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { differs, text } from "../values.ts";
import { secret, updatedSecret } from "./example.ts";

export const secretReplaced: Rule = {
  id: "AKR002",
  title: "secret replaced",
  severity: "critical",
  phase: "plan",
  reason:
    "A replaced secret starts over with the first payload: its versions are lost, and the password that the system really has may be among them.",
  remedy:
    "Keep name and target; if only the construct was renamed, declare the move with moveFromId, and rename an item with the Akeyless CLI before the code.",
  examples: {
    pass: [
      {
        title: "an update in place",
        resources: [updatedSecret({ description: "old" }, { description: "new" })],
      },
      { title: "a new secret", resources: [secret({}, { change: "create" })] },
    ],
    fail: [
      {
        title: "a new name",
        resources: [
          updatedSecret({ name: "/prod/old" }, { name: "/prod/new" }, { change: "replace" }),
        ],
      },
      {
        title: "a new target",
        resources: [updatedSecret({}, { target_name: "/prod/other" }, { change: "replace" })],
      },
    ],
  },
  *check({ deployment }) {
    for (const secret of secretsOf(deployment)) {
      if (secret.change !== "replace") continue;
      const attribute = differs(secret.before?.name, secret.attributes.name)
        ? "name"
        : "target_name";
      yield { address: secret.address, attribute, message: describe(secret) };
    }
  },
};

function describe({ before, attributes }: Resource): string {
  const [old, now] = [text(before?.name), text(attributes.name)];
  const renamed =
    old !== undefined && now !== undefined && old !== now
      ? `: the name changes from ${shown(old)} to ${shown(now)}`
      : "";
  return `the plan destroys this secret and creates it again${renamed}`;
}
