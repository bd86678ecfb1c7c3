import { Annotations, Aspects, type IAspect, type TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { evaluate, type Finding } from "../evaluate.ts";
import { DEFAULT_POLICY, type Policy } from "../policy.ts";
import { atLeast } from "../rule.ts";
import { collectDeployment } from "./collect.ts";

/** Options of {@link applyRules}. */
export interface ApplyRulesOptions {
  /** @default - the policy that holds without rules.yaml */
  readonly policy?: Policy;
  /** Rules that do not apply to this stack, each with the reason. @default - those of the policy */
  readonly off?: Policy["off"];
  /** Milliseconds since the Unix epoch, for the waivers' dates. @default Date.now */
  readonly now?: () => number;
}

/**
 * Judges the stack by every rule when it is synthesized. Findings become annotations of the
 * construct they belong to: errors, which stop the synthesis, from the policy's `fail_at` on;
 * else warnings, or notes for mere information. Waived findings stay silent.
 */
export function applyRules(stack: TerraformStack, options: ApplyRulesOptions = {}): void {
  const { policy = DEFAULT_POLICY, off, now = Date.now } = options;
  const ownPolicy = { ...policy, off: { ...policy.off, ...off } };
  Aspects.of(stack).add(new RulesAspect(stack, ownPolicy, now));
}

class RulesAspect implements IAspect {
  readonly #stack: TerraformStack;
  readonly #policy: Policy;
  readonly #now: () => number;
  #last: IConstruct | undefined;

  constructor(stack: TerraformStack, policy: Policy, now: () => number) {
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
      policy: this.#policy,
      now: this.#now(),
      phase: "synth",
    });
    for (const finding of findings) {
      if (finding.waiver === undefined) this.#annotate(finding);
    }
  }

  #annotate(finding: Finding): void {
    const { path, rule, severity, message, remedy } = finding;
    const annotations = Annotations.of(this.#constructAt(path));
    const text = `${rule} (${severity}): ${message}. ${remedy}`;
    const { fail_at: failAt } = this.#policy;
    if (failAt !== "never" && atLeast(severity, failAt)) annotations.addError(text);
    else if (severity === "info") annotations.addInfo(text);
    else annotations.addWarning(text);
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
