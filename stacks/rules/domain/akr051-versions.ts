import { secretsOf, targetsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { asText, asWholeNumber } from "../values.ts";
import { secret, updatedSecret } from "./example.ts";

export const versions: Rule = {
  id: "AKR051",
  title: "fewer versions kept",
  severity: "medium",
  phase: "synth",
  reason: "You need earlier versions to get back into a system after a failed rotation.",
  remedy: "Keep at least two versions, and keep the previous version on updates.",
  examples: {
    pass: [
      { title: "the account decides", resources: [secret()] },
      { title: "ten versions", resources: [secret({ max_versions: "10" })] },
      {
        title: "the plan keeps more",
        resources: [updatedSecret({ max_versions: "5" }, { max_versions: "10" })],
      },
    ],
    fail: [
      { title: "one version", resources: [secret({ max_versions: "1" })] },
      { title: "no previous version", resources: [secret({ keep_prev_version: "false" })] },
      {
        title: "the plan keeps fewer",
        resources: [updatedSecret({ max_versions: "10" }, { max_versions: "5" })],
      },
    ],
  },
  *check({ deployment }) {
    for (const { address, attributes, before } of [
      ...secretsOf(deployment),
      ...targetsOf(deployment),
    ]) {
      const kept = asWholeNumber(attributes.max_versions);
      const earlier = asWholeNumber(before?.max_versions);
      if (kept !== undefined && earlier !== undefined && kept < earlier) {
        const message = `instead of ${earlier} versions only ${kept} are kept`;
        yield { address, attribute: "max_versions", message };
      } else if (kept === 1) {
        yield { address, attribute: "max_versions", message: "only the current version is kept" };
      }
      if (asText(attributes.keep_prev_version)?.toLowerCase() === "false") {
        const message = "an update discards the previous version";
        yield { address, attribute: "keep_prev_version", message };
      }
    }
  },
};
