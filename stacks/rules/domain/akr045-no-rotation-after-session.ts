import { secretsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { asFlag, asText, isHidden } from "../values.ts";
import { SAFE_ACCESS, secret } from "./example.ts";

export const noRotationAfterSession: Rule = {
  id: "AKR045",
  title: "no rotation after a session",
  severity: "medium",
  phase: "synth",
  reason: "What a session may have shown or copied stays valid until the next scheduled rotation.",
  remedy: "Set rotateAfterDisconnect: RotateAfterDisconnect.immediately(), or after a few minutes.",
  examples: {
    pass: [
      { title: "at once", resources: [secret(SAFE_ACCESS)] },
      {
        title: "after ten minutes",
        resources: [secret({ ...SAFE_ACCESS, rotate_after_disconnect: "10" })],
      },
      {
        title: "at once, in the wire's other spelling",
        resources: [secret({ ...SAFE_ACCESS, rotate_after_disconnect: "0" })],
      },
      { title: "no sessions at all", resources: [secret()] },
    ],
    fail: [
      { title: "off", resources: [secret({ ...SAFE_ACCESS, rotate_after_disconnect: "false" })] },
      {
        title: "nothing is said about it",
        resources: [secret({ ...SAFE_ACCESS, rotate_after_disconnect: null })],
      },
    ],
  },
  *check({ deployment }) {
    for (const { address, attributes } of secretsOf(deployment)) {
      const value = attributes.rotate_after_disconnect;
      if (!asFlag(attributes.secure_access_enable) || isHidden(value)) continue;
      if (/^(true|\d+)$/i.test(asText(value) ?? "")) continue;
      const message = "Secure Remote Access is on, but the password stays after a session";
      yield { address, attribute: "rotate_after_disconnect", message };
    }
  },
};
