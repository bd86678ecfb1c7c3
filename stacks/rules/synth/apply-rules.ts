import { AnnotationMetadataEntryType, Aspects, type IAspect, type TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { CODE_POLICY, withCodePolicy } from "../code-policy.ts";
import { shown } from "../display.ts";
import { evaluate, type Finding } from "../evaluate.ts";
import type { RulePolicy, Waiver } from "../policy.ts";
import { DEFAULT_RULE_POLICY } from "../policy-schema.ts";
import { atLeast, type Severity } from "../severity.ts";
import { collectDeployment } from "./collect.ts";
import { waiversIn } from "./waive.ts";

/** Options of {@link applyRules}. */
export interface ApplyRulesOptions {
  /** @default - the policy that holds without rules.yaml */
  readonly policy?: RulePolicy | undefined;
  /** Rules that do not apply to this stack, each with the reason. @default - those of the policy */
  readonly off?: RulePolicy["off"] | undefined;
  /** Milliseconds since the Unix epoch, for the waivers' dates. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/**
 * Judges the stack by every rule when it is synthesized. Findings become annotations of the
 * construct they belong to: errors, which stop the synthesis, from the policy's `fail_at` on;
 * else warnings, or notes for mere information. Waived findings are notes that name their waiver.
 */
export function applyRules(stack: TerraformStack, options: ApplyRulesOptions = {}): void {
  const { policy = DEFAULT_RULE_POLICY, off, now = Date.now } = options;
  // For a review of the plan, which reads the policy file and not the code.
  if (off !== undefined && Object.keys(off).length > 0) stack.addOverride(CODE_POLICY.off, off);
  const ownPolicy = withCodePolicy(policy, { waivers: [], off: off ?? {} });
  Aspects.of(stack).add(new RulesAspect(stack, ownPolicy, now));
}

/**
 * The sentences of an error by which cdktf stops a synthesis because of error annotations or
 * failed validations; undefined for any other error.
 */
export function refusalOf(error: unknown): string | undefined {
  const message = error instanceof Error ? error.message : "";
  const refusal = /^(Encountered Annotations with level|Validation failed with the following)/;
  return refusal.test(message) ? message : undefined;
}

const accepted = ({ owner, expires, reason }: Waiver): string =>
  `Accepted by ${shown(owner)} until ${expires}: ${shown(reason)}`;

class RulesAspect implements IAspect {
  readonly #stack: TerraformStack;
  readonly #policy: RulePolicy;
  readonly #now: () => number;
  #last: IConstruct | undefined;

  constructor(stack: TerraformStack, policy: RulePolicy, now: () => number) {
    this.#stack = stack;
    this.#policy = policy;
    this.#now = now;
  }

  /** cdktf visits a stack before its children; other Aspects may still change those until then. */
  visit(node: IConstruct): void {
    if (node === this.#stack) this.#last = node.node.findAll().at(-1);
    if (node === this.#last) this.#judge();
  }

  #judge(): void {
    const findings = evaluate({
      deployment: collectDeployment(this.#stack),
      policy: withCodePolicy(this.#policy, { waivers: waiversIn(this.#stack), off: {} }),
      now: this.#now(),
      phase: "synth",
    });
    for (const finding of findings) this.#annotate(finding);
  }

  #annotate({ path, rule, severity, message, remedy, waiver }: Finding): void {
    // Not through Annotations: it would add a stack trace that leads here instead of to the code
    // that declares the resource.
    this.#constructAt(path).node.addMetadata(
      waiver === undefined ? this.#levelOf(severity) : AnnotationMetadataEntryType.INFO,
      waiver === undefined
        ? `${rule} (${severity}): ${message}. ${remedy}`
        : `${rule} (${severity}, waived): ${message}. ${accepted(waiver)}.`,
    );
  }

  #levelOf(severity: Severity): AnnotationMetadataEntryType {
    const { fail_at: failAt } = this.#policy;
    if (failAt !== "never" && atLeast(severity, failAt)) return AnnotationMetadataEntryType.ERROR;
    return severity === "info"
      ? AnnotationMetadataEntryType.INFO
      : AnnotationMetadataEntryType.WARN;
  }

  #constructAt(path: string | undefined): IConstruct {
    const prefix = `${this.#stack.node.path}/`;
    if (path === undefined || !path.startsWith(prefix)) return this.#stack;
    let node: IConstruct = this.#stack;
    for (const id of path.slice(prefix.length).split("/")) {
      const child = node.node.tryFindChild(id);
      if (child === undefined) return node;
      node = child;
    }
    return node;
  }
}
