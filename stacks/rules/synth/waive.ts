import { Lazy, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { KitError } from "../../../common/errors/kit-error.ts";
import { schemaProblems } from "../../../common/schema-problems.ts";
import { CODE_POLICY } from "../code-policy.ts";
import type { Waiver } from "../policy.ts";
import { waiverSchema } from "../policy-schema.ts";
import type { RuleId } from "../severity.ts";

/** Why findings of a rule are accepted, by whom, and until when. */
export interface WaiveProps {
  /** Why the finding is accepted; at least 10 characters. */
  readonly reason: string;
  /** Last day on which the waiver holds, UTC, for example "2026-12-31"; at most a year ahead. */
  readonly until: string;
  /** Who answers for it. */
  readonly owner: string;
}

const METADATA = "rotation-kit/waiver";

/**
 * Accepts the findings of one rule for a construct and everything below it until a date. The
 * findings stay visible, as notes; a waiver that accepts nothing is a finding itself.
 *
 * @example
 * waive(credential, "AKR050", {
 *   reason: "goes away with the old system",
 *   until: "2026-12-31",
 *   owner: "platform team",
 * });
 * @throws KitError `waiver_invalid`
 */
export function waive(construct: IConstruct, rule: RuleId, props: WaiveProps): void {
  const { reason, until: expires, owner } = props;
  const given = { rule, resource: construct.node.path, reason, owner, expires };
  const parsed = waiverSchema.safeParse(given);
  if (!parsed.success) {
    const problems = schemaProblems(parsed.error.issues, given).map(({ path, message }) => {
      const name = path.join(".") === "expires" ? "until" : path.join(".");
      return `${name} ${message}`;
    });
    const place = construct.node.path;
    throw new KitError("waiver_invalid", { rule, place, problems: problems.join("; ") });
  }
  construct.node.addMetadata(METADATA, parsed.data);
  // Where anyone who reviews a plan finds it: Terraform does not look at this key of cdk.tf.json.
  // Collected once, when the stack is synthesized.
  const stack = TerraformStack.of(construct);
  const produce = () => waiversIn(stack);
  stack.addOverride(CODE_POLICY.waivers, Lazy.anyValue({ produce }));
}

/** Everything that is waived in the code of a stack. */
export function waiversIn(stack: TerraformStack): Waiver[] {
  return stack.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === METADATA)
    .map(({ data }) => waiverSchema.parse(data));
}
