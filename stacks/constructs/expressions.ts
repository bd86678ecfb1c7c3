import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { DeclarationError, isUnknown } from "./errors.ts";
import { sortedExpression } from "./json-expression.ts";

/** The beginning of a template that Terraform evaluates; doubled, it is the text itself. */
const TEMPLATE = /(?<!\$)\$\{|(?<!%)%\{/;

/**
 * Refuses texts that Terraform would evaluate. What cdktf itself refers to is a token and passes.
 * @param what the property in the user's words
 */
export function refuseExpressions(what: () => string, value: unknown): void {
  if (isUnknown(value)) return;
  if (typeof value === "string") {
    if (!TEMPLATE.test(value)) return;
    throw new DeclarationError(
      "invalid_declaration",
      `${what()} holds "\${" or "%{", which Terraform would evaluate: write "$\${" or "%%{" for the text itself`,
    );
  }
  if (typeof value !== "object" || value === null) return;
  for (const part of Object.entries(value).flat()) refuseExpressions(what, part);
}

/** The same when the app is synthesized, for all texts of a construct. */
export function refuseExpressionsLater(construct: IConstruct, texts: Readonly<object>): void {
  construct.node.addValidation({
    validate: () =>
      Object.entries(texts).flatMap(([name, value]) => {
        try {
          refuseExpressions(() => name, value);
          return [];
        } catch (error) {
          if (error instanceof DeclarationError) return [error.message];
          throw error;
        }
      }),
  });
}

/** The text of a value; a reference to a number or a switch becomes a reference to its text. */
export const textOf = (value: unknown): string =>
  isUnknown(value) ? Token.asString(value) : String(value);

/** Texts without repetitions in a fixed order, which Terraform makes where it alone knows them. */
export function sortedTexts(values: readonly string[], further: readonly string[] = []): string[] {
  const all = [...new Set(isUnknown(values) ? further : [...values, ...further])];
  if (!isUnknown(values) && !all.some(isUnknown)) return all.sort();
  return sortedExpression(isUnknown(values) ? [values, all] : [all]);
}

/** Whether a value holds, at any depth, what only Terraform knows. */
export function holdsUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).flat().some(holdsUnknown);
}
