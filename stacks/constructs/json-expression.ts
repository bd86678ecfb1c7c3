import { type IResolvable, type IResolveContext, Token } from "cdktf";
import { quotedText, soleExpression } from "../akeyless/hcl-text.ts";

/**
 * A value as JSON text that Terraform makes, so that references inside it work. Written in one go:
 * `Fn.jsonencode` makes a token of each part, and cdktf resolves each of them several times.
 */
export const jsonExpression = (value: unknown): string => Token.asString(new JsonExpression(value));

class JsonExpression implements IResolvable {
  /** Where the token was made. What is inside knows its own place, so this costs nothing. */
  readonly creationStack: string[] = [];
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  resolve(context: IResolveContext): string {
    const { suppressBraces = false } = context;
    // A reference inside a text keeps its braces, also where this expression goes without.
    context.suppressBraces = false;
    const call = `jsonencode(${written(context.resolve(this.#value))})`;
    context.suppressBraces = suppressBraces;
    return suppressBraces ? call : `\${${call}}`;
  }

  toString(): string {
    return Token.asString(this);
  }
}

/** A resolved value in Terraform's language. */
function written(value: unknown): string {
  if (typeof value === "string") return soleExpression(value) ?? `"${quotedText(value)}"`;
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  const entries = Object.entries(value).map(
    ([key, entry]) => `"${quotedText(key)}" = ${written(entry)}`,
  );
  return `{${entries.join(", ")}}`;
}
