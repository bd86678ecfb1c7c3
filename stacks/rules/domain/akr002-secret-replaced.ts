import { defined } from "../../../common/defined.ts";
import { shown } from "../display.ts";
import { type Resource, secretsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { asText, differs } from "../values.ts";
import { secret, updatedSecret } from "./example.ts";

export const secretReplaced: Rule = {
  id: "AKR002",
  title: "secret replaced",
  severity: "critical",
  phase: "plan",
  reason:
    "A replaced secret starts again with the first payload. Its versions are lost, and one of them may be the password that the system has.",
  remedy:
    "Keep name and target; if only the construct was renamed, declare the move with renamedFrom, and rename an item with the Akeyless CLI before the code.",
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
        title: "a tainted secret",
        resources: [updatedSecret({}, {}, { change: "replace", replacedBecause: "tainted" })],
      },
      {
        title: "somebody asked for it with -replace",
        resources: [updatedSecret({}, {}, { change: "replace", replacedBecause: "requested" })],
      },
      {
        title: "what it follows is replaced",
        resources: [updatedSecret({}, {}, { change: "replace", replacedBecause: "triggered" })],
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
      const attribute = causeOf(secret);
      const message = describe(secret);
      yield { address: secret.address, ...defined({ attribute: attribute || undefined }), message };
    }
  },
};

/** The attribute that makes Terraform replace it; undefined where no attribute does. */
function causeOf({ before, attributes, replacedBecause }: Resource): string | undefined {
  if (typeof replacedBecause === "object") return replacedBecause[0];
  return Object.keys(LASTING).find((name) => differs(before?.[name], attributes[name]));
}

const REASONS = {
  tainted: ", because it is marked as tainted (terraform untaint takes the mark away)",
  requested: ", because the plan was asked to (-replace)",
  triggered: ", because something that it follows is replaced (replace_triggered_by)",
};

/** Attributes that nothing can change in place, and what a reader calls them. */
const LASTING = { name: "the name", target_name: "its Web Target" };

function describe({ before, attributes, replacedBecause }: Resource): string {
  const changes = Object.entries(LASTING).flatMap(([attribute, what]) => {
    const [old, now] = [asText(before?.[attribute]), asText(attributes[attribute])];
    if (old === undefined || now === undefined || old === now) return [];
    return [`${what} changes from ${shown(old)} to ${shown(now)}`];
  });
  const why = typeof replacedBecause === "string" ? REASONS[replacedBecause] : "";
  const because = changes.length > 0 ? `: ${changes.join(", and ")}` : why;
  return `the plan destroys this secret and creates it again${because}`;
}
