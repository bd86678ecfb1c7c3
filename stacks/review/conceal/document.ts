import type { Concealer } from "./concealer.ts";

/** Fields that hold words of the kit itself, which a secret may happen to equal. */
const OWN_WORDS = new Set([
  ...["schema", "rule", "severity", "state", "change", "realisation", "fate", "kind", "digest"],
  ...["title", "reason", "remedy", "expires"],
]);

/** A part of the review with every secret hidden, in whatever text it got. */
export function concealed<Part>(part: Part, concealer: Concealer): Part {
  return hide(part, concealer) as Part;
}

function hide(value: unknown, concealer: Concealer): unknown {
  if (typeof value === "string") return concealer.text(value);
  if (Array.isArray(value)) return value.map((inner) => hide(inner, concealer));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      OWN_WORDS.has(name) && typeof inner === "string" ? inner : hide(inner, concealer),
    ]),
  );
}
