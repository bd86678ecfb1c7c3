import { defined } from "../../common/defined.ts";
import { RULES } from "./all.ts";
import { backendAddress } from "./domain/akr092-state-in-clear.ts";
import type { Deployment } from "./model.ts";
import type { RulePolicy, Waiver } from "./policy.ts";
import type { Rule, Subject } from "./rule.ts";
import { type RuleId, SEVERITIES, type Severity } from "./severity.ts";
import { waiverFor } from "./waiver.ts";

/** What a rule noticed, complete enough to be shown on its own. */
export interface Finding {
  readonly rule: RuleId;
  readonly title: string;
  readonly severity: Severity;
  /** Address of the resource or provider; absent for what belongs to the policy file. */
  readonly address?: string;
  /** Path of the construct, where known. */
  readonly path?: string;
  readonly attribute?: string;
  /** One sentence without full stop. */
  readonly message: string;
  readonly remedy: string;
  /** The waiver that accepts it. */
  readonly waiver?: Waiver;
}

/** What is judged, and how. */
export interface Evaluation {
  readonly deployment: Deployment;
  readonly policy: RulePolicy;
  /** Milliseconds since the Unix epoch, for the waivers' dates. */
  readonly now: number;
  /** At synth the rules that need a plan have nothing to say. */
  readonly phase: "synth" | "plan";
  /** Only these rules are asked. @default - all that are on */
  readonly only?: ReadonlySet<RuleId>;
}

const RULES_OF_PLANS = new Set(RULES.filter(({ phase }) => phase === "plan").map(({ id }) => id));

/** Applies every rule that is on. Findings come worst first, waived ones among them. */
export function evaluate(evaluation: Evaluation): Finding[] {
  const { deployment, policy, phase, only } = evaluation;
  const paths = new Map(
    [...deployment.resources, ...deployment.providers, ...backendOf(deployment)].map(
      ({ address, path }) => [address, path],
    ),
  );
  const used = new Set<Waiver>();
  // The rules about waivers have the last ids, so that they know which were used.
  return RULES.filter(({ id }) => policy.off[id] === undefined && only?.has(id) !== false)
    .filter((rule) => phase === "plan" || rule.phase === "synth")
    .flatMap((rule) =>
      findingsOf(rule, { ...evaluation, used, rulesOfPlans: RULES_OF_PLANS }, paths, used),
    )
    .sort(byWeight);
}

function findingsOf(
  rule: Rule,
  subject: Subject,
  paths: ReadonlyMap<string, string | undefined>,
  used: Set<Waiver>,
): Finding[] {
  const { policy, now } = subject;
  return [...rule.check(subject)].map((observation) => {
    const { address, attribute, message } = observation;
    const path = address === undefined ? undefined : paths.get(address);
    const place = defined({ address, path });
    const waiver =
      policy.waivers.length === 0
        ? undefined
        : waiverFor(policy.waivers, { rule: rule.id, ...place }, now);
    if (waiver !== undefined) used.add(waiver);
    return {
      rule: rule.id,
      title: rule.title,
      severity: policy.severity[rule.id] ?? observation.severity ?? rule.severity,
      ...place,
      ...defined({ attribute, waiver }),
      message,
      remedy: rule.remedy,
    };
  });
}

const backendOf = ({ backend }: Deployment) =>
  backend === undefined ? [] : [{ address: backendAddress(backend), path: backend.path }];

const byWeight = (a: Finding, b: Finding): number =>
  SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
  compare(a.address ?? "", b.address ?? "") ||
  compare(a.rule, b.rule);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
