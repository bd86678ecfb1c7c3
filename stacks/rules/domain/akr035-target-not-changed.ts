import { itemPath } from "../../../common/item-path.ts";
import { shown } from "../display.ts";
import { secretsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { asText } from "../values.ts";
import { updatedSecret } from "./example.ts";

export const targetNotChanged: Rule = {
  id: "AKR035",
  title: "change of target without effect",
  severity: "high",
  phase: "plan",
  reason:
    "The provider plans a new target_name in place but never sends it. The state then names one target, and Akeyless keeps calling the other.",
  remedy:
    "Replace the secret (CustomRotatedSecret does), or keep its target and change the target's url.",
  examples: {
    pass: [
      {
        title: "the secret is replaced",
        resources: [updatedSecret({}, { target_name: "/prod/other" }, { change: "replace" })],
      },
      {
        title: "another spelling of the same target",
        resources: [updatedSecret({}, { target_name: "prod/rotator" })],
      },
    ],
    fail: [
      {
        title: "another target in place",
        resources: [updatedSecret({}, { target_name: "/prod/other" })],
      },
    ],
  },
  *check({ deployment }) {
    for (const { address, change, before, attributes } of secretsOf(deployment)) {
      const [old, now] = [asText(before?.target_name), asText(attributes.target_name)];
      if (change !== "update" || old === undefined || now === undefined) continue;
      if (itemPath(old) === itemPath(now)) continue;
      const message = `the plan says that the target changes from ${shown(old)} to ${shown(now)}, but the provider does not send it`;
      yield { address, attribute: "target_name", message };
    }
  },
};
