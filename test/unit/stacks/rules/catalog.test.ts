import { Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import type { Environment } from "../../../../stacks/environment.ts";
import { RotationStack } from "../../../../stacks/rotation-stack.ts";
import { evaluate } from "../../../../stacks/rules/evaluate.ts";
import { DEFAULT_RULE_POLICY } from "../../../../stacks/rules/policy-schema.ts";
import { applyRules } from "../../../../stacks/rules/synth/apply-rules.ts";
import { collectDeployment } from "../../../../stacks/rules/synth/collect.ts";
import { declare } from "../../../harness/deployment/catalog.ts";
import { environments } from "../../../harness/deployment/environments.ts";

const stackOf = (environment: Environment) => {
  const stack = new RotationStack(Testing.app(), "rotation", environment);
  declare(stack);
  return stack;
};

describe.each(Object.entries<Environment>(environments))("the catalog in %s", (_, environment) => {
  it("is not stopped by any rule", () => {
    const stack = stackOf(environment);
    applyRules(stack, { off: environment.rulesOff ?? {} });
    expect(() => Testing.fullSynth(stack)).not.toThrow();
  });

  it("passes with Secure Remote Access enabled, too", () => {
    const stack = stackOf({ ...environment, secureRemoteAccess: "enabled" });
    applyRules(stack, { off: environment.rulesOff ?? {} });
    expect(() => Testing.fullSynth(stack)).not.toThrow();
  });

  it("switches no rule off that has nothing to say there", () => {
    const findings = evaluate({
      deployment: collectDeployment(stackOf(environment)),
      policy: DEFAULT_RULE_POLICY,
      now: Date.now(),
      phase: "synth",
    });
    const found = new Set<string>(findings.map(({ rule }) => rule));
    expect(Object.keys(environment.rulesOff ?? {}).filter((id) => !found.has(id))).toEqual([]);
  });
});
