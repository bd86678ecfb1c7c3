import type { Severity } from "../../rules/severity.ts";
import { failuresOf } from "../judge/verdict.ts";
import type { Review } from "../review-schema.ts";
import { commandMessage, commandProperty } from "./neutral.ts";
import { fateText, nameOf, openGroups, rotationText } from "./words.ts";

/** GitHub shows so many annotations of one kind in a step. */
const MOST = 10;

const KINDS: Readonly<Record<Severity, "error" | "warning" | "notice">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "warning",
  info: "notice",
};

/** Workflow commands of GitHub that annotate the run with the worst findings, ten of a kind. */
export function github(review: Review): string {
  const broken = review.stacks
    .flatMap((stack) => failuresOf(stack).map((failure) => `${stack.name}: ${failure}`))
    .slice(0, MOST)
    .map((sentence) => `::error title=no plan to apply::${commandMessage(sentence)}`);
  const counts = { error: broken.length, warning: 0, notice: 0 };
  const found = openGroups(review).flatMap(({ findings }) =>
    findings.flatMap(
      ({ finding: { severity, rule, title, address, message, declared_at: at } }) => {
        const kind = KINDS[severity];
        if (++counts[kind] > MOST) return [];
        const place = address === undefined ? "" : `${address}: `;
        return [
          `::${kind} ${at === undefined ? "" : `file=${commandProperty(at.file)},line=${at.line},`}title=${commandProperty(`${rule} ${title}`)}::${commandMessage(`${place}${message}`)}`,
        ];
      },
    ),
  );
  const failed = review.stacks
    .flatMap(({ rotations = [] }) => rotations.filter(({ error }) => error !== undefined))
    .slice(0, MOST - Math.min(MOST, counts.warning))
    .map(
      (rotation) => `::warning title=rotation failed::${commandMessage(rotationText(rotation))}`,
    );
  const pressing = review.stacks
    .flatMap((stack) =>
      stack.secrets
        .filter(({ fate }) => fate === "sent_again" && stack.rotations !== undefined)
        .map((secret) => `${nameOf(secret)}: password ${fateText(secret, stack)}`),
    )
    .slice(0, MOST - Math.min(MOST, counts.notice))
    .map((sentence) => `::notice title=password sent again::${commandMessage(sentence)}`);
  const lines = [...broken, ...found, ...failed, ...pressing];
  return lines.map((line) => `${line}\n`).join("");
}
