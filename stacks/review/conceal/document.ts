import { RULES } from "../../rules/all.ts";
import { FAILED } from "../judge/verdict.ts";
import { MAX_TEXT } from "../review-schema.ts";
import type { Concealer } from "./concealer.ts";

/** Fields that hold one of a few words of the kit itself, which a secret may happen to equal. */
const OWN_WORDS = new Set([
  ...["schema", "rule", "severity", "state", "change", "realisation", "fate", "kind", "expires"],
]);
/** Sentences of the kit itself. */
const OWN_TEXTS = new Set(RULES.flatMap(({ title, reason, remedy }) => [title, reason, remedy]));

/**
 * A part of the review with every secret hidden, in whatever text it got, and no text too long.
 *
 * @param cut takes what is hidden and too long, before it is shortened
 */
export function concealed<Part>(part: Part, concealer: Concealer, cut: string[]): Part {
  return hide(part, concealer, cut) as Part;
}

function hide(value: unknown, concealer: Concealer, cut: string[]): unknown {
  if (typeof value === "string") {
    if (OWN_TEXTS.has(value)) return value;
    const hidden = withOwnBegin(value, concealer.text(value));
    const short = shortened(hidden);
    if (short !== hidden) cut.push(hidden);
    return short;
  }
  if (Array.isArray(value)) return value.map((inner) => hide(inner, concealer, cut));
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = { ...value };
  for (const [name, inner] of Object.entries(value)) {
    const isOwnWord = OWN_WORDS.has(name) && typeof inner === "string";
    if (!isOwnWord) copy[name] = hide(inner, concealer, cut);
  }
  return copy;
}

/** A secret may equal words of the kit itself, and the verdict goes by how these banners begin. */
function withOwnBegin(text: string, hidden: string): string {
  const [own] = FAILED.exec(text) ?? [];
  return own === undefined || hidden.startsWith(own) ? hidden : own;
}

/**
 * A text that a review may hold: it is read back by its schema. What is left out is counted, so no
 * secret may be in it any more.
 *
 * @param longest characters that are left. @default 4000
 */
export function shortened(text: string, longest: number = MAX_TEXT): string {
  if (text.length <= longest) return text;
  const kept = text.slice(0, longest - 100).replace(/[\ud800-\udbff]$/, "");
  return `${kept}… (${text.length - kept.length} characters left out)`;
}
