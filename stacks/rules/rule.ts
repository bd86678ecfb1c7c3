import type { Backend, Deployment, ProviderUse, Resource } from "./model.ts";
import type { RulePolicy, RulePolicyInput, Waiver } from "./policy.ts";
import type { RuleId, Severity } from "./severity.ts";

/** What a rule is given. */
export interface Subject {
  readonly deployment: Deployment;
  readonly policy: RulePolicy;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** At synth a waiver of a rule that needs a plan has nothing to accept. */
  readonly phase: "synth" | "plan";
  /** Waivers that accepted a finding of the rules before this one. */
  readonly used: ReadonlySet<Waiver>;
  /** Rules that judge plans only. */
  readonly rulesOfPlans: ReadonlySet<RuleId>;
}

/** What a rule noticed. */
export interface Observation {
  /** Address of the resource or provider; absent for what belongs to the policy file. */
  readonly address?: string;
  /** The attribute that matters most, in the provider's spelling. */
  readonly attribute?: string;
  /** One sentence without full stop: what was found, and what is allowed. Never a secret. */
  readonly message: string;
  /** Where this case is milder or worse than the rule's own severity. */
  readonly severity?: Severity;
}

/** A small deployment that shows a rule at work; the rule's documentation and its test. */
export interface Example {
  /** What the example shows, in a few words. */
  readonly title: string;
  readonly resources?: readonly Resource[];
  readonly providers?: readonly ProviderUse[];
  readonly backend?: Backend;
  /** Policy of the example; default: none. */
  readonly policy?: RulePolicyInput;
}

/** One rule about the domain: what is dangerous, why, and what to do instead. */
export interface Rule {
  readonly id: RuleId;
  readonly title: string;
  readonly severity: Severity;
  /** `synth`: judges a declaration, and so also a plan; `plan`: needs to know what changes. */
  readonly phase: "synth" | "plan";
  /** Why it matters: one or two sentences. */
  readonly reason: string;
  /** What to do: one sentence in the imperative. */
  readonly remedy: string;
  readonly examples: { readonly pass: readonly Example[]; readonly fail: readonly Example[] };
  check(subject: Subject): Iterable<Observation>;
}
