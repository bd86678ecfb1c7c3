import { secretsByTarget } from "../model.ts";
import type { Rule } from "../rule.ts";
import { differs } from "../values.ts";
import { secrets, target, updatedTarget } from "./example.ts";

const policy = { limits: { max_secrets_per_target: 2 } };

export const blastRadius: Rule = {
  id: "AKR033",
  title: "many secrets behind one Web Target",
  severity: "info",
  phase: "synth",
  reason:
    "If the target changes, or its rotator is down, all secrets that use it are affected at once.",
  remedy:
    "Split the target by system or team. Change a shared target when nothing rotates, and rotate one secret right afterwards.",
  examples: {
    pass: [
      { title: "two secrets where two are allowed", resources: [target(), ...secrets(2)], policy },
      {
        title: "a target that nobody uses changes",
        resources: [updatedTarget({}, { url: "https://rotator.internal:9443/rotate" })],
      },
    ],
    fail: [
      { title: "three where two are allowed", resources: [target(), ...secrets(3)], policy },
      {
        title: "the url changes under one secret (info)",
        resources: [
          updatedTarget({}, { url: "https://rotator.internal:9443/rotate" }),
          ...secrets(1),
        ],
      },
      {
        title: "the url changes under three, where two are allowed (high)",
        resources: [
          updatedTarget({}, { url: "https://rotator.internal:9443/rotate" }),
          ...secrets(3),
        ],
        policy,
      },
    ],
  },
  *check({ deployment, policy }) {
    const { max_secrets_per_target: limit } = policy.limits;
    for (const [{ address, attributes, before, change }, secrets] of secretsByTarget(deployment)) {
      const count = secrets.length === 1 ? "1 secret" : `${secrets.length} secrets`;
      const changed = change === "update" && differs(before?.url, attributes.url);
      if (changed && secrets.length > 0) {
        const message = `the url changes under ${count}; at most ${limit} at once are advised`;
        const severity = secrets.length > limit ? "high" : "info";
        yield { address, attribute: "url", severity, message };
      } else if (!changed && secrets.length > limit) {
        yield { address, message: `${count} depend on this target; at most ${limit} are advised` };
      }
    }
  },
};
