import { readPayloadText } from "../evidence/payload.ts";
import { secretsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { secret } from "./example.ts";

const NAMES_ONLY = JSON.stringify({ system: "reporting-app", username: "svc" });

export const payloadNotSensitive: Rule = {
  id: "AKR023",
  title: "payload not marked as sensitive",
  severity: "medium",
  phase: "synth",
  reason:
    "The provider does not mark custom_payload as sensitive and reads the rotated password back into it, so an unmarked payload shows the live password in plans.",
  remedy:
    "Wrap the payload in Fn.sensitive (RotationPayload does), even if the first payload holds no password.",
  examples: {
    pass: [
      { title: "the whole payload is marked", resources: [secret()] },
      {
        title: "whether it is marked cannot be told",
        resources: [
          secret(
            {},
            { payload: { sensitive: undefined, isObject: undefined, complete: false, fields: [] } },
          ),
        ],
      },
    ],
    fail: [
      {
        title: "names only, but the password comes with the first rotation",
        resources: [secret({}, { payload: readPayloadText(NAMES_ONLY, false) })],
      },
    ],
  },
  *check({ deployment }) {
    for (const { address, payload } of secretsOf(deployment)) {
      if (payload?.sensitive !== false) continue;
      const message =
        "the payload is not marked as sensitive, so plans show it after each rotation";
      yield { address, attribute: "custom_payload", message };
    }
  },
};
