import type { Resource } from "../model.ts";
import type { Waiver } from "../policy.ts";
import type { Rule, Subject } from "../rule.ts";
import { isFor, shownWaiver, stateOf } from "../waiver.ts";
import { secret } from "./example.ts";
import { waiver } from "./waiver-example.ts";

export const waiverUnused: Rule = {
  id: "AKR096",
  title: "waiver without effect",
  severity: "low",
  phase: "synth",
  reason:
    "This waiver matches nothing: what it was for is gone, or it never matched. It may accept a finding that comes later.",
  remedy: "Remove the waiver, or correct its rule or its resource.",
  examples: {
    pass: [
      {
        title: "the finding is there",
        resources: [secret({ delete_protection: "false" })],
        policy: { waivers: [waiver()] },
      },
      {
        title: "it is for another stack",
        resources: [secret({}, { path: "rotation-production/reporting/Resource" })],
        policy: { waivers: [waiver({ resource: "rotation-staging/*" })] },
      },
    ],
    fail: [
      {
        title: "the finding is gone (low)",
        resources: [secret()],
        policy: { waivers: [waiver()] },
      },
      {
        title: "no resource is called so (info)",
        resources: [secret()],
        policy: { waivers: [waiver({ resource: "akeyless_rotated_secret_custom.reportin" })] },
      },
    ],
  },
  *check(subject) {
    const { deployment, policy, now, used } = subject;
    for (const waiver of policy.waivers) {
      if (used.has(waiver) || stateOf(waiver, now) !== "in-force") continue;
      if (!isJudged(waiver, subject) || isElsewhere(waiver, deployment.resources)) continue;
      const names = [...deployment.resources, ...deployment.providers];
      yield names.some((name) => isFor(waiver, name))
        ? { message: `${shownWaiver(waiver)} accepts nothing: the rule has no finding there` }
        : { severity: "info", message: `${shownWaiver(waiver)} matches no resource of this stack` };
    }
  },
};

/** Whether the waived rule had something to say at all. */
const isJudged = ({ rule }: Waiver, { policy, phase, rulesOfPlans }: Subject): boolean =>
  policy.off[rule] === undefined && (phase === "plan" || !rulesOfPlans.has(rule));

/** A path begins with the name of its stack; other stacks are judged by themselves. */
function isElsewhere({ resource }: Waiver, resources: readonly Resource[]): boolean {
  const [stack = "", ...rest] = resource.split("/");
  const stacks = resources.flatMap(({ path }) => path?.split("/")[0] ?? []);
  return rest.length > 0 && !stack.includes("*") && stacks.length > 0 && !stacks.includes(stack);
}
