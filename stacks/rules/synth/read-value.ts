import { DefaultTokenResolver, StringConcat, Token, Tokenization } from "cdktf";
import type { IConstruct } from "constructs";
import { type Attributes, UNKNOWN, type Value } from "../model.ts";

const resolver = new DefaultTokenResolver(new StringConcat());

/** What cdktf will write for the value: tokens become Terraform expressions, or plain values. */
export function resolved(value: unknown, scope: IConstruct): unknown {
  if (typeof value === "string" && !value.includes("${")) return value;
  if (!Token.isUnresolved(value)) return value;
  return Tokenization.resolve(value, { scope, resolver, preparing: false });
}

/** Whether Terraform evaluates the text, so that nobody knows it yet. */
export const isExpression = (text: string): boolean => /(^|[^$])\$\{|(^|[^%])%\{/.test(text);

/** A value of cdktf's tree as rules see it. */
export function readValue(value: unknown, scope: IConstruct): Value | undefined {
  const plain = resolved(value, scope);
  switch (typeof plain) {
    case "string":
      return isExpression(plain) ? UNKNOWN : plain;
    case "number":
    case "boolean":
      return plain;
    case "object":
      return readObject(plain, scope);
    case "undefined":
      return undefined;
    default:
      return UNKNOWN;
  }
}

function readObject(value: object | null, scope: IConstruct): Value {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((item) => readValue(item, scope) ?? null);
  const entries = Object.entries(value).flatMap(([name, inner]): [string, Value][] => {
    const read = readValue(inner, scope);
    return read === undefined ? [] : [[name, read]];
  });
  return Object.fromEntries(entries);
}

/** Settings by their names, without those that are not set. */
export function readSettings(settings: object, scope: IConstruct): Attributes {
  const read = Object.entries(settings).map(([name, value]) => [name, readValue(value, scope)]);
  return Object.fromEntries(read.filter(([, value]) => value !== undefined));
}
