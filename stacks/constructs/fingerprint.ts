import { createHash } from "node:crypto";
import { isUnknown } from "./errors.ts";
import { holdsUnknown } from "./expressions.ts";
import { jsonExpression } from "./json-expression.ts";

/**
 * A digest that stays the same as long as the declaration does, in whatever order it was written.
 * Where it holds what only Terraform knows, Terraform works it out.
 */
export function declarationFingerprint(declaration: unknown): string {
  const sorted = withSortedKeys(declaration);
  return holdsUnknown(sorted)
    ? jsonExpression(sorted, "sha256")
    : createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
}

function withSortedKeys(value: unknown): unknown {
  if (typeof value !== "object" || value === null || isUnknown(value)) return value;
  if (Array.isArray(value)) return value.map(withSortedKeys);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, withSortedKeys(entry)]),
  );
}
