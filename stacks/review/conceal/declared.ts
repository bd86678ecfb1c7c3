import { literalsBelow } from "./payload.ts";

/**
 * What the code declares sensitive and writes down all the same: defaults of variables, what a module
 * is called with, and outputs. Terraform's marks are only on what came of them.
 */
export function* declaredSecrets(module: unknown): Generator<string> {
  const waiting: unknown[] = [module];
  while (waiting.length > 0) {
    const { variables, outputs, module_calls: calls } = fields(waiting.pop());
    for (const { sensitive, default: value } of Object.values(fields(variables)).map(fields)) {
      if (sensitive === true) yield* literalsBelow(value);
    }
    for (const { sensitive, expression } of Object.values(fields(outputs)).map(fields)) {
      if (sensitive === true) yield* literalsBelow(expression);
    }
    for (const { module: called, expressions } of Object.values(fields(calls)).map(fields)) {
      const asked = fields(fields(called).variables);
      for (const [name, expression] of Object.entries(fields(expressions))) {
        if (fields(asked[name]).sensitive === true) yield* literalsBelow(expression);
      }
      waiting.push(called);
    }
  }
}

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
