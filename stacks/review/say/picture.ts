import type { ReviewedSecret, ReviewedStack } from "../review-schema.ts";
import { markup as safe } from "./neutral.ts";
import { CHANGE_WORDS, FATE_WORDS, nameOf } from "./words.ts";

/** Most secrets in one picture. */
const MOST = 40;
const ROW = 28;

const COLORS: Readonly<Record<ReviewedSecret["fate"], string>> = {
  stays: "#2e7d32",
  first: "#1565c0",
  sent_again: "#b26a00",
  bootstrap: "#c62828",
  lost: "#c62828",
};

/** The change as a picture: Web Targets, their secrets, arrows colored by what becomes of the password. */
export function picture(stack: ReviewedStack): string {
  const secrets = stack.secrets.slice(0, MOST);
  if (secrets.length === 0) return "";
  const touched = new Map(stack.targets.map((target) => [nameOf(target), target.change]));
  const targets = [...new Set(secrets.map(({ target }) => target ?? "(unknown target)"))];
  const height = (Math.max(secrets.length, targets.length) + 1) * ROW;
  const rowOf = (index: number, count: number) =>
    ((index + 0.5) * (height - ROW)) / Math.max(count, 1) + ROW / 2;
  const targetRow = new Map(targets.map((name, index) => [name, rowOf(index, targets.length)]));
  const boxes = targets.map((name) => {
    const change = touched.get(name);
    const label = change === undefined ? name : `${name} (${CHANGE_WORDS[change]})`;
    return text(8, targetRow.get(name) ?? 0, label);
  });
  const arrows = secrets.map((secret, index) => {
    const [from, to] = [
      targetRow.get(secret.target ?? "(unknown target)") ?? 0,
      rowOf(index, secrets.length),
    ];
    const color = COLORS[secret.fate];
    const line = `<line x1="330" y1="${from}" x2="430" y2="${to}" stroke="${color}" stroke-width="2"/>`;
    const head = `<circle cx="430" cy="${to}" r="4" fill="${color}"/>`;
    return `${line}${head}${text(442, to, `${nameOf(secret)}: ${FATE_WORDS[secret.fate]}`)}`;
  });
  const left = stack.secrets.length - secrets.length;
  const more = left > 0 ? text(442, height - 6, `…and ${left} more`) : "";
  return `<svg viewBox="0 0 900 ${height}" width="900" height="${height}" role="img" aria-label="Web Targets and their secrets">${boxes.join("")}${arrows.join("")}${more}</svg>`;
}

function text(x: number, y: number, label: string): string {
  const short = label.length > 42 ? `${label.slice(0, 41)}…` : label;
  return `<text x="${x}" y="${y + 4}">${safe(short)}</text>`;
}
