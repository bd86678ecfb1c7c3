import { secretsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { asFlag } from "../values.ts";
import { SAFE_ACCESS, secret, updatedSecret } from "./example.ts";

export const accessBeforeRotation: Rule = {
  id: "AKR040",
  title: "Secure Remote Access before the first rotation",
  severity: "medium",
  phase: "synth",
  reason:
    "Akeyless advises to prove rotation first and to enable Secure Remote Access afterwards. Otherwise a session may be the first to show that the rotator does not work.",
  remedy:
    'Deploy with secureRemoteAccessStage "staged", rotate once, and enable it in the next deploy; or let a RotationCheck rotate once after the deploy.',
  examples: {
    pass: [
      { title: "without Secure Remote Access", resources: [secret({}, { change: "create" })] },
      {
        title: "declared, and switched on by a later deploy",
        resources: [secret(SAFE_ACCESS, { accessStaged: true })],
      },
      {
        title: "the deploy itself proves rotation",
        resources: [secret(SAFE_ACCESS, { change: "create", rotationChecked: true })],
      },
      { title: "enabled later", resources: [updatedSecret({}, SAFE_ACCESS)] },
    ],
    fail: [
      {
        title: "the plan creates the secret with Secure Remote Access on",
        resources: [secret(SAFE_ACCESS, { change: "create" })],
      },
      {
        title: "declared on, and nothing here proves rotation (info)",
        resources: [secret(SAFE_ACCESS)],
      },
    ],
  },
  *check({ deployment }) {
    const enabled = secretsOf(deployment).filter(({ accessStaged }) => accessStaged !== true);
    for (const { address, attributes, change, rotationChecked } of enabled) {
      const fresh = change === "create" || change === "replace" || change === "declared";
      if (!fresh || rotationChecked === true || !asFlag(attributes.secure_access_enable)) continue;
      const attribute = "secure_access_enable";
      yield change === "declared"
        ? {
            address,
            attribute,
            severity: "info",
            message:
              "Secure Remote Access is on, and no check in this deploy proves that rotation works",
          }
        : {
            address,
            attribute,
            message:
              "Secure Remote Access is on from the moment the secret is created, before any rotation",
          };
    }
  },
};
