import { RULES } from "../../rules/all.ts";
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
    return OWN_TEXTS.has(value) ? value : shortened(concealer.text(value), cut);
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

/** A review is read back by its schema. What is left out is counted; no secret is in it any more. */
function shortened(text: string, cut: string[]): string {
  if (text.length <= MAX_TEXT) return text;
  cut.push(text);
  const kept = text.slice(0, MAX_TEXT - 100).replace(/[\ud800-\udbff]$/, "");
  return `${kept}… (${text.length - kept.length} characters left out)`;
}
