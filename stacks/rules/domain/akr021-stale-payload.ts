import type { Resource } from "../model.ts";
import { secretsOf } from "../model.ts";
import type { Observation, Rule } from "../rule.ts";
import { secret, updatedSecret } from "./example.ts";
import { payloadFields } from "./payload-example.ts";

export const stalePayload: Rule = {
  id: "AKR021",
  title: "stale payload sent again",
  severity: "critical",
  phase: "synth",
  reason:
    "The provider reads the rotated payload back and sends it with every update. Unless custom_payload is ignored, an update replaces the current password with the first one, which no longer works.",
  remedy:
    'Set lifecycle.ignoreChanges to include "custom_payload" (CustomRotatedSecret does), then refresh and plan again right before the apply.',
  examples: {
    pass: [
      { title: "the payload is ignored after creation", resources: [secret()] },
      { title: "no payload is declared", resources: [withoutPayload()] },
      {
        title: "an update that leaves the payload alone",
        resources: [updatedSecret({ description: "old" }, { description: "new" })],
      },
      {
        title: "an adopted item, whose live payload every plan reads",
        resources: [secret({}, { ignoresChanges: [], change: "none", adoption: "done" })],
      },
    ],
    fail: [
      { title: "the payload is not ignored", resources: [secret({}, { ignoresChanges: [] })] },
      {
        title: "the plan writes another payload",
        resources: [
          updatedSecret({}, {}, { payload: payloadFields({ current_password: "first" }) }),
        ],
      },
      {
        title: "the plan sends the rotated payload again (info)",
        resources: [
          updatedSecret({ description: "old" }, { description: "new" }, { payloadDrifted: true }),
        ],
      },
    ],
  },
  *check({ deployment }) {
    for (const secret of secretsOf(deployment)) {
      const problem = judge(secret);
      if (problem === undefined) continue;
      yield { address: secret.address, attribute: "custom_payload", ...problem };
    }
  },
};

function withoutPayload(): Resource {
  const { payload: _, ...rest } = secret({}, { ignoresChanges: [] });
  return rest;
}

function judge({
  change,
  payload,
  payloadBefore,
  ...secret
}: Resource): Pick<Observation, "message" | "severity"> | undefined {
  if (payload === undefined) return undefined;
  if (change === "update") {
    if (changes(payloadBefore, payload)) {
      return {
        message:
          "the plan overwrites the stored payload with another one; if it rotated since, the current password is lost",
      };
    }
    if (secret.payloadDrifted === true || secret.adoption !== undefined) {
      return {
        severity: "info",
        message:
          "this update sends the payload that the plan has read: apply it before the next rotation, or plan again",
      };
    }
  }
  const ignored = secret.ignoresChanges;
  // An adopted item gets the payload that the plan itself has read.
  if (secret.adoption !== undefined) return undefined;
  if (ignored === undefined || ignored.includes("all") || ignored.includes("custom_payload")) {
    return undefined;
  }
  return {
    message:
      "changes of custom_payload are not ignored, so the next apply after a rotation puts the first password back",
  };
}

function changes(before: Resource["payloadBefore"], after: Resource["payload"]): boolean {
  // Most plans leave the payload alone: its facts are then one object.
  if (before === after || before?.complete !== true || after?.complete !== true) return false;
  const print = (facts: typeof before) =>
    facts.fields
      .map(({ path, fingerprint }) => `${path}=${fingerprint}`)
      .sort()
      .join("\n");
  return print(before) !== print(after);
}
