import { counted } from "../judge/verdict.ts";
import type { Review, ReviewedStack } from "../review-schema.ts";
import {
  CHANGE_WORDS,
  countsByRule,
  groupsOf,
  nameOf,
  quoted,
  type RuleGroup,
  rotationText,
  untouchedText,
} from "./words.ts";

/** A folded part below the findings: a title, and lines of which some may be left out. */
export interface Fold {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Everything that is worth a line, but not the reader's first look; sentences with quoted names. */
export function foldsOf({ stacks }: Review): Fold[] {
  const many = stacks.length > 1;
  const where = (stack: ReviewedStack, line: string) =>
    many ? `${quoted(stack.name)}: ${line}` : line;
  const collect = (linesOf: (stack: ReviewedStack) => readonly string[]) =>
    stacks.flatMap((stack) => linesOf(stack).map((line) => where(stack, line)));
  const waived = groupsOf(stacks, ({ waiver, state }) => waiver !== undefined && state !== "fixed");
  const before = groupsOf(
    stacks,
    ({ state, waiver }) => state === "as_before" && waiver === undefined,
  );
  const fixed = groupsOf(stacks, ({ state }) => state === "fixed");
  const drift = collect(({ drift: entries }) =>
    entries
      .filter(({ kind }) => kind !== "expected")
      .map(({ address, sentence }) => `${quoted(address)}: ${sentence}`),
  );
  const rotations = stacks
    .flatMap((stack) => stack.drift)
    .filter(({ kind }) => kind === "expected");
  return [
    { title: "What changes", lines: collect(changesOf) },
    {
      title: "Changed outside of Terraform",
      lines: [
        ...(rotations.length > 0 ? [`${counted(rotations.length, "rotation")} (expected)`] : []),
        ...drift,
      ],
    },
    { title: "Fixed by this change", lines: groupLines(fixed) },
    { title: "As before this change", lines: groupLines(before) },
    { title: "Accepted by a waiver", lines: groupLines(waived) },
    { title: "What the gateway says", lines: collect(rotationsOf) },
    { title: "What this review cannot see", lines: collect(({ blind_spots: spots }) => spots) },
  ].filter(({ lines }) => lines.length > 0);
}

function changesOf(stack: ReviewedStack): string[] {
  const items = [...stack.secrets, ...stack.targets].map((item) => {
    const moved =
      item.former_address === undefined ? "" : `, moved from ${quoted(item.former_address)}`;
    const imported = item.imported ? ", imported" : "";
    const leftOver = item.deposed ? ", a left-over of a replacement that failed" : "";
    const changed = item.differences.map(({ attribute, before, after }) =>
      before === undefined || after === undefined
        ? `${quoted(attribute)} changed`
        : `${quoted(attribute)} ${quoted(before)} to ${quoted(after)}`,
    );
    const details = changed.length === 0 ? "" : `: ${changed.join("; ")}`;
    return `${quoted(nameOf(item))} ${CHANGE_WORDS[item.change]}${moved}${imported}${leftOver}${deferral(item)}${details}`;
  });
  const others = stack.others.map(
    (other) => `${quoted(other.address)} ${CHANGE_WORDS[other.change]}${deferral(other)}`,
  );
  const untouched = untouchedText(stack);
  return [...items, ...others, ...(untouched === "" ? [] : [untouched])];
}

const deferral = ({ deferred }: { readonly deferred?: string | undefined }): string =>
  deferred === undefined ? "" : ", deferred to a later plan";

const rotationsOf = ({ rotations = [] }: ReviewedStack): string[] => rotations.map(rotationText);

function groupLines(groups: readonly RuleGroup[]): string[] {
  if (groups.length === 0) return [];
  const lines = groups.flatMap(({ rule, findings }) =>
    findings.map(({ finding: { severity, address, message, waiver } }) => {
      const place = address === undefined ? "" : ` ${quoted(address)}:`;
      const accepted =
        waiver === undefined
          ? ""
          : `; accepted by ${quoted(waiver.owner)} until ${waiver.expires}: ${quoted(waiver.reason)}`;
      return `${rule} (${severity})${place} ${message}${accepted}`;
    }),
  );
  return lines.length > 1 ? [countsByRule(groups), ...lines] : lines;
}
