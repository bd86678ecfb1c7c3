import { SEVERITIES, type Severity } from "../../rules/severity.ts";
import { cannotBeApplied, counted, isOpen } from "../judge/verdict.ts";
import type {
  Review,
  ReviewedFinding,
  ReviewedRotation,
  ReviewedSecret,
  ReviewedStack,
} from "../review-schema.ts";

/** The words that every output uses for the same thing. */
export const FATE_WORDS: Readonly<Record<ReviewedSecret["fate"], string>> = {
  stays: "stays",
  first: "first one",
  sent_again: "sent again as of this plan",
  bootstrap: "replaced by the bootstrap password",
  lost: "lost",
};

export const CHANGE_WORDS: Readonly<Record<ReviewedSecret["change"], string>> = {
  none: "stays",
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "destroyed",
  forget: "forgotten",
};

export const SEVERITY_SIGNS: Readonly<Record<Severity, string>> = {
  critical: "🔴",
  high: "🟠",
  medium: "🟡",
  low: "🔵",
  info: "⚪",
};

export const DECISION_SIGNS: Readonly<Record<Review["verdict"]["decision"], string>> = {
  stop: "🔴",
  look: "🟡",
  clear: "🟢",
};

/** How an item is called: by its name in Akeyless, else by its address. */
export const nameOf = (item: {
  name?: string | undefined;
  former_name?: string | undefined;
  address: string;
}): string => item.name ?? item.former_name ?? item.address;

/** Its name before the plan and after it, where the plan changes that. */
export const namesOf = (item: Parameters<typeof nameOf>[0]): readonly string[] =>
  item.name === undefined || item.former_name === undefined
    ? [nameOf(item)]
    : [item.former_name, item.name];

/** What becomes of the password, with its note, and until when the plan is good where that is known. */
export function fateText(secret: ReviewedSecret, stack: ReviewedStack): string {
  const { fate, note } = secret;
  const { made_at: madeAt, rotations } = stack;
  const again = fate === "sent_again";
  const when = again && madeAt !== undefined ? ` (read at ${madeAt})` : "";
  const name = secret.former_name ?? secret.name;
  const next = again ? rotations?.find((rotation) => rotation.name === name)?.next : undefined;
  const until = next === undefined ? "" : `; apply before ${next}, or plan anew`;
  return `${FATE_WORDS[fate]}${when}${note === undefined ? "" : `: ${note}`}${until}`;
}

/** What the gateway said of a secret, in one sentence. */
export function rotationText({ name, last, next, error }: ReviewedRotation): string {
  const parts = [
    last === undefined ? "never rotated" : `rotated last ${last}`,
    ...(next === undefined ? ["does not rotate by itself"] : [`rotates next ${next}`]),
    ...(error === undefined ? [] : [`the last rotation failed: ${error}`]),
  ];
  return `${quoted(name)} ${parts.join(", ")}`;
}

/** The text in quotation marks, as sentences carry a name. */
export const quoted = (name: string): string => `"${name.replace(/["\\]/g, "\\$&")}"`;

/** The heading of what will make an apply fail. */
export const obstacleTitle = (stack: ReviewedStack): string =>
  cannotBeApplied(stack) ? "In the way of an apply" : "This apply will stop half way";

/** `1 replaced · 2 updated · 1 step`, what is none left out. */
export function countsText(stack: ReviewedStack): string {
  const { counts } = stack;
  const parts = [
    ...(["create", "update", "replace", "delete", "forget"] as const).map(
      (change) => [counts[change], CHANGE_WORDS[change]] as const,
    ),
    [counts.move, "moved"] as const,
    [counts.import, "imported"] as const,
    [counts.deferred ?? 0, "deferred"] as const,
  ];
  const some = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  const steps = counts.steps > 0 ? [`${counted(counts.steps, "step")} folded`] : [];
  const nothing = cannotBeApplied(stack) ? "changes not known" : "no change";
  return [...(some.length > 0 ? some : [nothing]), ...steps].join(" · ");
}

/** Secrets that the plan leaves alone, in words; empty where there are none. */
export function untouchedText({ counts }: ReviewedStack): string {
  const { unchanged_secrets: secrets, unchanged_targets: targets } = counts;
  const parts = [
    ...(secrets > 0 ? [counted(secrets, "other secret")] : []),
    ...(targets > 0 ? [counted(targets, "other Web Target")] : []),
  ];
  const verb = secrets + targets === 1 ? "stays" : "stay";
  return parts.length === 0
    ? ""
    : `${parts.join(" and ")} ${verb} as ${secrets + targets === 1 ? "it is" : "they are"}`;
}

/** A finding with the stack it was found in. */
export interface PlacedFinding {
  readonly stack: string;
  readonly finding: ReviewedFinding;
}

/** All findings of one rule. */
export interface RuleGroup {
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  readonly reason: string;
  readonly remedy: string;
  readonly findings: readonly PlacedFinding[];
}

/** The findings that the change brings, one group a rule, worst first. */
export function openGroups({ stacks }: Pick<Review, "stacks">): RuleGroup[] {
  return groupsOf(stacks, isOpen);
}

/** The findings of a kind by rule, worst first; within a rule as the stacks have them. */
export function groupsOf(
  stacks: readonly ReviewedStack[],
  wanted: (finding: ReviewedFinding) => boolean,
): RuleGroup[] {
  const groups = new Map<string, PlacedFinding[]>();
  for (const { name: stack, findings } of stacks) {
    for (const finding of findings.filter(wanted)) {
      const group = groups.get(finding.rule);
      if (group === undefined) groups.set(finding.rule, [{ stack, finding }]);
      else group.push({ stack, finding });
    }
  }
  const rank = (severity: Severity) => SEVERITIES.indexOf(severity);
  return [...groups]
    .flatMap(([rule, findings]): RuleGroup[] => {
      const sorted = [...findings].sort(
        (a, b) => rank(a.finding.severity) - rank(b.finding.severity),
      );
      const [first] = sorted;
      if (first === undefined) return [];
      const { title, severity, reason, remedy } = first.finding;
      return [{ rule, title, severity, reason, remedy, findings: sorted }];
    })
    .sort((a, b) => rank(a.severity) - rank(b.severity) || (a.rule < b.rule ? -1 : 1));
}

/** `AKR031 (2), AKR050`: how often each rule was found. */
export const countsByRule = (groups: readonly RuleGroup[]): string =>
  groups
    .map(({ rule, findings }) => (findings.length === 1 ? rule : `${rule} (${findings.length})`))
    .join(", ");
