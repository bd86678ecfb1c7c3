import { type IResolveContext, Token } from "cdktf";
import { quotedText, soleExpression } from "../akeyless/hcl-text.ts";
import { UntracedToken } from "../akeyless/token.ts";
import { isUnknown } from "./errors.ts";

/**
 * A value as JSON text that Terraform makes, so that references inside it work. Written in one go:
 * `Fn.jsonencode` makes a token of each part, and cdktf resolves each of them several times.
 * @param into a function of Terraform that is given the text
 */
export const jsonExpression = (value: unknown, into?: "sensitive" | "sha256"): string =>
  Token.asString(
    new Expression([value], ([written]) => {
      const json = `jsonencode(${written})`;
      return into === undefined ? json : `${into}(${json})`;
    }),
  );

/** The texts of some lists without repetitions, in the order that Terraform gives them. */
export const sortedExpression = (lists: readonly (readonly string[])[]): string[] =>
  Token.asList(new Expression(lists, (written) => `sort(distinct(concat(${written.join(", ")})))`));

/** An expression that Terraform works out, made of values in its own language. */
class Expression extends UntracedToken {
  readonly #values: readonly unknown[];
  readonly #make: (written: readonly string[]) => string;

  constructor(values: readonly unknown[], make: (written: readonly string[]) => string) {
    super();
    this.#values = values;
    this.#make = make;
  }

  override resolve(context: IResolveContext): string {
    const { suppressBraces = false } = context;
    // A reference inside a text keeps its braces, also where this expression goes without.
    context.suppressBraces = false;
    const expression = this.#make(this.#values.map((value) => written(value, context)));
    context.suppressBraces = suppressBraces;
    return suppressBraces ? expression : `\${${expression}}`;
  }
}

/** A value in Terraform's language. Only what holds tokens is given to cdktf, which is slow. */
function written(given: unknown, context: IResolveContext): string {
  const value = isUnknown(given) ? context.resolve(given) : given;
  if (typeof value === "string") return soleExpression(value) ?? `"${quotedText(value)}"`;
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map((entry) => written(entry, context)).join(", ")}]`;
  const entries = Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .map(([key, entry]) => `${text(key, context)} = ${written(entry, context)}`);
  return `{${entries.join(", ")}}`;
}

const text = (key: string, context: IResolveContext): string =>
  `"${quotedText(isUnknown(key) ? context.resolve(key) : key)}"`;
