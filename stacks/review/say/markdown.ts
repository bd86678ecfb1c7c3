import { FATES } from "../facts/password.ts";
import { counted } from "../judge/verdict.ts";
import type { Review, ReviewedStack } from "../review-schema.ts";
import { inCell, markdownName, markdownSentence } from "./neutral.ts";
import { foldsOf } from "./outline.ts";
import {
  countsText,
  DECISION_SIGNS,
  fateText,
  namesOf,
  obstacleTitle,
  openGroups,
  type RuleGroup,
  SEVERITY_SIGNS,
} from "./words.ts";

/** Longest comment that GitHub takes, in characters. */
export const GITHUB_LIMIT = 65_536;

/** How many entries of each list are shown; the first choice that fits is taken. */
const CHOICES = [200, 60, 20, 8, 3, 1] as const;

/**
 * The review as a comment of a pull request. What does not fit is left away from the longest lists
 * first, and counted; one example of every rule stays.
 *
 * @param limit longest result, in characters
 */
export function markdown(review: Review, limit: number = GITHUB_LIMIT): string {
  const texts = CHOICES.map((choice) => () => render(review, choice));
  for (const text of texts.slice(0, -1)) {
    const result = text();
    if (result.length <= limit) return result;
  }
  const shortest = render(review, 1);
  if (shortest.length <= limit) return shortest;
  const note = `\n\n…and more: this review is longer than a comment may be.\n\n${digestLine(review)}\n`;
  // Cut between paragraphs, outside of any fold.
  const end = shortest.slice(0, limit - note.length).split("\n<details>")[0] ?? "";
  return `${end.slice(0, end.lastIndexOf("\n\n"))}${note}`;
}

function render(review: Review, most: number): string {
  const { verdict, stacks } = review;
  const parts = [
    `### ${DECISION_SIGNS[verdict.decision]} ${markdownSentence(verdict.sentence)}`,
    limited(stacks, header, most, "stack").join("\n"),
    secretsTable(stacks, most),
    ...openGroups(review).map((group) => groupText(group, most, stacks.length > 1)),
    ...obstacleLists(stacks, most),
    list("These look like a rename", renames(stacks), most),
    ...foldsOf(review).map(({ title, lines }) => fold(title, lines, most)),
    digestLine(review),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** approved.ts finds it by these words. */
const digestLine = ({ digest }: Review): string => `Digest of this review: ${markdownName(digest)}`;

function header(stack: ReviewedStack): string {
  const made = stack.made_at === undefined ? "" : ` · plan of ${markdownName(stack.made_at)}`;
  const banners = stack.banners.map((banner) => `\n**⚠️ ${markdownSentence(banner)}**`);
  return `${markdownName(stack.name)} · ${countsText(stack)}${made}${banners.join("")}\n`;
}

function secretsTable(stacks: readonly ReviewedStack[], most: number): string {
  const rows = stacks
    .flatMap((stack) => stack.secrets.map((secret) => ({ secret, stack })))
    .sort((a, b) => FATES.indexOf(b.secret.fate) - FATES.indexOf(a.secret.fate));
  if (rows.length === 0) return "";
  const shown = rows.slice(0, most).map(({ secret, stack }) => {
    const fate = inCell(markdownSentence(fateText(secret, stack)));
    const text = secret.fate === "lost" || secret.fate === "bootstrap" ? `**${fate}**` : fate;
    const names = namesOf(secret).map(markdownName).join(" → ");
    return `| ${inCell(names)} | ${text} |`;
  });
  const left = rows.length - shown.length;
  const more = left > 0 ? [`| …and ${counted(left, "more secret")} | |`] : [];
  return ["| Secret | Password after the apply |", "|---|---|", ...shown, ...more].join("\n");
}

function groupText(group: RuleGroup, most: number, withStack: boolean): string {
  const { severity, rule, title, reason, remedy, findings } = group;
  const line = ({ stack, finding }: RuleGroup["findings"][number]) => {
    const { address, path, attribute, message } = finding;
    const places = [
      ...(withStack ? [stack] : []),
      ...(address === undefined ? [] : [path ?? address]),
      ...(attribute === undefined ? [] : [attribute]),
    ];
    const place = places.map(markdownName).join(" · ");
    const worse = finding.state === "worse" ? " (worse than before)" : "";
    return `- ${place === "" ? "" : `${place}: `}${markdownSentence(message)}${worse}`;
  };
  return [
    `**${SEVERITY_SIGNS[severity]} ${severity} · ${rule} ${markdownSentence(title)}**`,
    "",
    ...limited(findings, line, most, "finding"),
    "",
    `*Why:* ${markdownSentence(reason)} *Do:* ${markdownSentence(remedy)}`,
  ].join("\n");
}

/** One list for the plans that failed, and one for the others. */
function obstacleLists(stacks: readonly ReviewedStack[], most: number): string[] {
  const titles = [...new Set(stacks.map(obstacleTitle))].sort();
  return titles.map((title) => {
    const found = stacks.filter((stack) => obstacleTitle(stack) === title);
    const lines = found
      .flatMap(({ obstacles }) => obstacles)
      .map(({ address, sentence }) => `${markdownName(address)}: ${markdownSentence(sentence)}`);
    return list(`⚠️ ${title}`, lines, most);
  });
}

const renames = (stacks: readonly ReviewedStack[]): string[] =>
  stacks
    .flatMap((stack) => stack.renames)
    .map(
      ({ from, to, repair }) =>
        `${markdownName(from)} to ${markdownName(to)}; this line keeps the item: ${markdownName(repair)}`,
    );

function list(title: string, lines: readonly string[], most: number): string {
  if (lines.length === 0) return "";
  return [`**${title}**`, "", ...limited(lines, (line) => `- ${line}`, most, "line")].join("\n");
}

function fold(title: string, lines: readonly string[], most: number): string {
  const shown = limited(lines, (line) => `- ${markdownSentence(line)}`, most, "line");
  const summary = `<details><summary>${title}: ${lines.length}</summary>`;
  return [summary, "", ...shown, "", "</details>"].join("\n");
}

function limited<Entry>(
  entries: readonly Entry[],
  textOf: (entry: Entry) => string,
  most: number,
  what: string,
): string[] {
  const left = entries.length - most;
  const shown = entries.slice(0, most).map(textOf);
  return left > 0 ? [...shown, `- …and ${counted(left, `more ${what}`)}`] : shown;
}
