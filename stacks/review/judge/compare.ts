import { defined } from "../../../common/defined.ts";
import { evaluate, type Finding } from "../../rules/evaluate.ts";
import type { Deployment } from "../../rules/model.ts";
import type { RulePolicy } from "../../rules/policy.ts";
import { type RuleId, SEVERITIES } from "../../rules/severity.ts";
import type { Facts } from "../facts/facts.ts";

/** How a finding relates to the change under review. */
export const STATES = ["new", "worse", "as_before", "fixed"] as const;
export type FindingState = (typeof STATES)[number];

/** A finding, and whether this change brings it. */
export interface JudgedFinding extends Finding {
  readonly state: FindingState;
}

/**
 * Judges the deployment after the plan, as the plan leaves it, and as it is today, by the same rules.
 * What only the change itself shows is new; of the rest, what is in both does not concern this
 * change. Worst first, as {@link evaluate} orders them.
 */
export function judge(facts: Facts, policy: RulePolicy, now: number): JudgedFinding[] {
  const judged = (deployment: Deployment, only?: ReadonlySet<RuleId>) =>
    evaluate({ deployment, policy, now, phase: "plan", ...defined({ only }) });
  const after = judged(facts.after);
  const before = judged(facts.before);
  const earlier = grouped(before);
  const later = grouped(after);
  const resting = atRest(facts.after);
  // Only what was found before as well is asked whether it lasts.
  const asked = after.filter((finding) => earlier.has(keyOf(finding))).map(({ rule }) => rule);
  const lasting = grouped(judged(resting, new Set(asked)));
  const staying = new Set(resting.resources.map(({ address }) => address));
  const fixed = before.filter(
    (finding) =>
      !later.has(keyOf(finding)) && (finding.address === undefined || staying.has(finding.address)),
  );
  return [
    ...after.map((finding) => ({ ...finding, state: stateOf(finding, lasting, earlier) })),
    ...fixed.map((finding) => ({ ...finding, state: "fixed" as const })),
  ];
}

/** The deployment after the plan, as if it had always been so. */
function atRest({ resources, providers }: Deployment): Deployment {
  return {
    providers,
    resources: resources
      .filter(({ change }) => change !== "delete" && change !== "forget")
      .map(
        ({
          payloadDrifted: _drifted,
          replacedBecause: _because,
          payloadBefore: _,
          ...resource
        }) => ({
          ...resource,
          change: "none",
          before: resource.attributes,
          ...defined({ payloadBefore: resource.payload }),
        }),
      ),
  };
}

type Groups = ReadonlyMap<string, readonly Finding[]>;

function stateOf(finding: Finding, lasting: Groups, earlier: Groups): FindingState {
  const key = keyOf(finding);
  const lasts = lasting.get(key)?.some(({ message }) => message === finding.message) === true;
  const same = earlier.get(key) ?? [];
  if (!lasts || same.length === 0) return "new";
  const known = same.some(
    ({ message, severity }) =>
      message === finding.message || rank(severity) <= rank(finding.severity),
  );
  return known ? "as_before" : "worse";
}

const rank = (severity: Finding["severity"]): number => SEVERITIES.indexOf(severity);

/** The same rule about the same place. */
const keyOf = ({ rule, address, attribute }: Finding): string =>
  JSON.stringify([rule, address, attribute]);

function grouped(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = keyOf(finding);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return groups;
}
