import { styleText } from "node:util";
import { defined } from "../../../common/defined.ts";
import { counted } from "../judge/verdict.ts";
import type { Review, ReviewedStack } from "../review-schema.ts";
import { neutral, terminalLine } from "./neutral.ts";
import { foldsOf } from "./outline.ts";
import { countsText, fateText, namesOf, obstacleTitle, openGroups } from "./words.ts";

/** What a terminal can do. */
export interface TerminalOptions {
  /** Characters in a line. */
  readonly columns: number;
  readonly color: boolean;
}

type Style = "red" | "yellow" | "green" | "blue" | "bold" | "dim";

/** Most lines of one folded part. */
const FOLD = 40;

/** The review for a person at a terminal, or for a log. */
export function terminal(review: Review, { columns, color }: TerminalOptions): string {
  const width = Math.max(40, Math.min(columns, 140));
  const paint = (style: Style, text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const lines: string[] = [];
  /** Wraps the sentence; what follows a line break of its own is indented further. */
  const say = (text: string, { indent = 0, hang = indent, style }: Look = {}) => {
    for (const line of wrapped(neutralWhole(text), width, indent, hang)) {
      const safe = terminalLine(line);
      lines.push(style === undefined ? safe : paint(style, safe));
    }
  };
  const { decision, sentence } = review.verdict;
  say(sentence, { style: DECISION_STYLES[decision] });
  lines.push("");
  for (const stack of review.stacks) sayStack(stack, say);
  for (const { rule, title, severity, reason, remedy, findings } of openGroups(review)) {
    lines.push("");
    say(`${severity.toUpperCase()} ${rule} ${title}`, { style: SEVERITY_STYLES[severity] });
    for (const { stack, finding } of findings.slice(0, FOLD)) {
      const place = finding.path ?? finding.address;
      const where = review.stacks.length > 1 ? `${stack}: ` : "";
      const worse = finding.state === "worse" ? " (worse than before)" : "";
      say(`${where}${place === undefined ? "" : `${place}: `}${finding.message}${worse}`, {
        indent: 2,
        hang: 4,
      });
    }
    if (findings.length > FOLD) say(`…and ${findings.length - FOLD} more`, { indent: 2 });
    say(`Why: ${reason}`, { indent: 2, hang: 7 });
    say(`Do:  ${remedy}`, { indent: 2, hang: 7 });
  }
  sayEnd(review, lines, say);
  return `${lines.join("\n").trimEnd()}\n`;
}

interface Look {
  readonly indent?: number;
  readonly hang?: number;
  readonly style?: Style;
}
type Say = (text: string, look?: Look) => void;

const DECISION_STYLES = { stop: "red", look: "yellow", clear: "green" } as const;
const SEVERITY_STYLES = {
  critical: "red",
  high: "red",
  medium: "yellow",
  low: "blue",
  info: "dim",
} as const;

function sayStack(stack: ReviewedStack, say: Say): void {
  const made = stack.made_at === undefined ? "" : `, plan of ${stack.made_at}`;
  say(`${stack.name}: ${countsText(stack)}${made}`, { style: "bold" });
  for (const banner of stack.banners) say(banner, { indent: 2, style: "yellow" });
  for (const secret of stack.secrets.slice(0, FOLD)) {
    say(`${namesOf(secret).join(" → ")}: password ${fateText(secret, stack)}`, {
      indent: 2,
      hang: 4,
      ...defined({
        style: secret.fate === "lost" || secret.fate === "bootstrap" ? "red" : undefined,
      }),
    });
  }
  const left = stack.secrets.length - FOLD;
  if (left > 0) say(`…and ${counted(left, "more secret")}`, { indent: 2 });
  for (const { address, sentence } of stack.obstacles.slice(0, FOLD)) {
    say(`${obstacleTitle(stack)}: ${address}: ${sentence}`, {
      indent: 2,
      hang: 4,
      style: "yellow",
    });
  }
  for (const { from, to, repair } of stack.renames.slice(0, FOLD)) {
    say(`${from} to ${to} looks like a rename; this line keeps the item: ${repair}`, {
      indent: 2,
      hang: 4,
    });
  }
}

function sayEnd(review: Review, lines: string[], say: Say): void {
  for (const { title, lines: folded } of foldsOf(review)) {
    lines.push("");
    say(`${title}:`, { style: "bold" });
    for (const line of folded.slice(0, FOLD)) say(line, { indent: 2, hang: 4 });
    if (folded.length > FOLD) say(`…and ${folded.length - FOLD} more`, { indent: 2 });
  }
}

/** A line may hold several names, each of bounded length. */
const neutralWhole = (text: string): string =>
  text
    .split(" ")
    .map((word) => neutral(word))
    .join(" ");

function wrapped(text: string, width: number, indent: number, hang: number): string[] {
  const lines: string[] = [];
  let line = " ".repeat(indent);
  let empty = true;
  for (const word of text.split(" ")) {
    if (!empty && [...line].length + 1 + [...word].length > width) {
      lines.push(line);
      line = " ".repeat(hang);
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
