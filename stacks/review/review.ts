import { createHash } from "node:crypto";
import { defined } from "../../common/defined.ts";
import { VERSION } from "../../common/version.ts";
import { RULES } from "../rules/all.ts";
import { withCodePolicy } from "../rules/code-policy.ts";
import { shown } from "../rules/display.ts";
import { secretsByTarget } from "../rules/model.ts";
import type { RulePolicy } from "../rules/policy.ts";
import type { Severity } from "../rules/severity.ts";
import { asText } from "../rules/values.ts";
import { Concealer } from "./conceal/concealer.ts";
import { concealed } from "./conceal/document.ts";
import { withoutIndex } from "./facts/configuration.ts";
import { type Facts, factsOf } from "./facts/facts.ts";
import type { ReviewedItem } from "./facts/item.ts";
import { fateOf } from "./facts/password.ts";
import { bannersOf } from "./judge/banners.ts";
import { type JudgedFinding, judge } from "./judge/compare.ts";
import { verdictOf } from "./judge/verdict.ts";
import type { FoundPlans, PlanFile } from "./read/find-plans.ts";
import type { Review, ReviewedStack, UndigestedStack } from "./review-schema.ts";
import { inOneText } from "./too-long.ts";

/** What a review depends on besides the plans. */
export interface ReviewOptions {
  readonly policy: RulePolicy;
  /** From which severity on a new finding asks to stop. @default - the policy's `fail_at` */
  readonly failOn?: Severity | "never";
  /** Milliseconds since the Unix epoch, for the waivers' dates. */
  readonly now: number;
}

/**
 * Reviews plans: what they do to passwords, whether that is dangerous, and never a password.
 *
 * @param failed stacks that have no plan to be read, and why
 * @throws KitError `review_too_large`
 */
export function reviewPlans(
  { plans, unplanned }: FoundPlans,
  options: ReviewOptions,
  failed: readonly UndigestedStack[] = [],
): Review {
  const { policy, now, failOn = policy.fail_at } = options;
  const concealer = new Concealer(plans.map(({ plan }) => plan));
  const planned = plans.map((file) => {
    const facts = factsOf(file, concealer);
    const ownPolicy = withCodePolicy(policy, file.synthesized?.policy);
    return stackOf(file, facts, judge(facts, ownPolicy, now), ownPolicy);
  });
  const stacks = [...planned, ...failed].map((stack) => {
    const cut: string[] = [];
    return withDigest(concealed(stack, concealer, cut), cut);
  });
  const missing = unplanned.map((stack) => `the stack ${concealer.text(stack)} has no plan`);
  const [first, ...rest] = stacks;
  const whole =
    first === undefined || missing.length === 0
      ? stacks
      : [{ ...first, blind_spots: [...first.blind_spots, ...missing] }, ...rest];
  return {
    schema: "rotation-kit/review/v1",
    kit: VERSION,
    verdict: verdictOf(whole, failOn),
    fail_on: failOn,
    digest: digestOf(whole.map((stack) => [stack.name, stack.digest])),
    stacks: whole,
  };
}

function stackOf(
  file: PlanFile,
  facts: Facts,
  findings: readonly JudgedFinding[],
  policy: RulePolicy,
): UndigestedStack {
  const { plan } = file;
  const users = new Map(
    [...secretsByTarget(facts.after)].map(([target, secrets]) => [target.address, secrets.length]),
  );
  const touched = facts.items.filter(isTouched);
  const counts = countsOf(facts);
  return {
    name: file.stack,
    ...defined({ made_at: plan.timestamp, made_with: plan.terraform_version }),
    banners: bannersOf(file, facts.items),
    counts,
    secrets: touched.filter(({ kind }) => kind === "secret").map(secretOf),
    targets: touched
      .filter(({ kind }) => kind === "target")
      .map((item) => ({ ...fieldsOf(item), used_by: users.get(item.address) ?? 0 })),
    others: facts.others.map(({ address, type, change, deferred }) => ({
      address,
      type,
      change: change === "declared" ? ("none" as const) : change,
      ...defined({ deferred }),
    })),
    findings: findings.map((finding) => findingOf(finding, file)),
    renames: [...facts.renames],
    obstacles: [...facts.obstacles],
    drift: [...facts.drift],
    blind_spots: [...turnedOff(policy), ...blindSpotsOf(file, facts)],
  };
}

/**
 * The digest is of what may be shown, before it is cut: nothing in a review is derived from a secret, and
 * nobody has approved what comes after the end of a long text.
 */
function withDigest(stack: UndigestedStack, cut: readonly string[]): ReviewedStack {
  const { made_at: _at, made_with: _with, ...content } = stack;
  // Do not ask again because a rotation came between two plans of the same change, or a line moved.
  const lasting = {
    ...content,
    drift: content.drift.filter(({ kind }) => kind !== "expected"),
    findings: content.findings
      .filter(({ severity }) => severity !== "info")
      .map(({ declared_at: _line, ...finding }) => finding),
    ...defined({ cut: cut.length > 0 ? cut : undefined }),
  };
  return { ...stack, digest: digestOf(lasting) };
}

const digestOf = (content: unknown): string =>
  createHash("sha256")
    .update(inOneText(() => JSON.stringify(content)))
    .digest("hex");

const isTouched = ({
  resource,
  imported,
  deposed,
  formerAddress,
  deferred,
}: ReviewedItem): boolean =>
  resource.change !== "none" ||
  imported ||
  deposed ||
  formerAddress !== undefined ||
  deferred !== undefined;

function fieldsOf(item: ReviewedItem) {
  const { address, formerAddress, path, name, formerName, resource, reason, deferred } = item;
  return {
    address,
    ...defined({
      former_address: formerAddress,
      path,
      name,
      former_name: formerName !== undefined && formerName !== name ? formerName : undefined,
    }),
    change: resource.change === "declared" ? ("none" as const) : resource.change,
    realisation: item.realisation,
    imported: item.imported,
    deposed: item.deposed,
    ...defined({ deferred, reason }),
    differences: [...item.differences],
  };
}

function secretOf(item: ReviewedItem): ReviewedStack["secrets"][number] {
  const { attributes, before } = item.resource;
  const target = asText(attributes.target_name) ?? asText(before?.target_name);
  return { ...fieldsOf(item), ...defined({ target }), ...fateOf(item) };
}

function findingOf(
  finding: JudgedFinding,
  { synthesized }: PlanFile,
): ReviewedStack["findings"][number] {
  const place = synthesized?.resources.get(withoutIndex(finding.address ?? ""))?.declaredAt;
  const { waiver, address, path, attribute, ...rest } = finding;
  return {
    ...rest,
    reason: RULES.find(({ id }) => id === finding.rule)?.reason ?? "",
    ...defined({
      address,
      path,
      attribute,
      declared_at: place,
      waiver:
        waiver === undefined
          ? undefined
          : { reason: waiver.reason, owner: waiver.owner, expires: waiver.expires },
    }),
  };
}

function countsOf({ items, others, steps }: Facts): ReviewedStack["counts"] {
  const all = [
    ...items.map(({ resource: { change }, deferred }) => ({ change, deferred })),
    ...others,
  ];
  const now = all.filter(({ deferred }) => deferred === undefined);
  const count = (wanted: string) => now.filter(({ change }) => change === wanted).length;
  const later = all.length - now.length;
  const quiet = (kind: ReviewedItem["kind"]) =>
    items.filter((item) => item.kind === kind && !isTouched(item)).length;
  return {
    create: count("create"),
    update: count("update"),
    replace: count("replace"),
    delete: count("delete"),
    forget: count("forget"),
    move: items.filter(({ formerAddress }) => formerAddress !== undefined).length,
    import: items.filter(({ imported }) => imported).length,
    ...defined({ deferred: later > 0 ? later : undefined }),
    unchanged_secrets: quiet("secret"),
    unchanged_targets: quiet("target"),
    steps,
  };
}

/** A change of the code, or of the policy file, may turn off the rule that would find it. */
const turnedOff = ({ off }: RulePolicy): string[] =>
  RULES.flatMap(({ id, title }) => {
    const why = off[id];
    return why === undefined
      ? []
      : [`${id} ${title}: ${shown(why.owner)} turned this rule off: ${shown(why.reason)}`];
  });

/** docs/reference/coverage.md names them. */
const UNREAD =
  "most attributes are never read back by the provider: what somebody changed there by hand is in no plan (rotation-kit drift compares all)";

function blindSpotsOf({ synthesized, plan }: PlanFile, { items }: Facts): string[] {
  const unknown = items
    .filter(({ blind, resource }) => blind.length > 0 && resource.change !== "none")
    .map(({ address, blind }) => `${address}: ${blind.join(", ")}`);
  const managed = items.some(
    ({ kind, realisation, resource }) =>
      kind === "secret" && realisation === "provider" && resource.change !== "delete",
  );
  return [
    ...unknown,
    ...(managed ? [UNREAD] : []),
    // OpenTofu, and Terraform before 1.8.
    ...(plan.complete === undefined
      ? ["whether -target left a part of the code out: what made the plan does not say"]
      : []),
    ...(synthesized === undefined && items.length > 0
      ? [
          "no cdk.tf.json beside the plan: whether custom_payload is ignored, and prevent_destroy, is not known",
        ]
      : []),
  ];
}
