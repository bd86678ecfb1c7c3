import * as z from "zod";
import type { EnvironmentVariables } from "../../../common/environment-variables.ts";
import { readJson } from "../../../common/json.ts";

const block = z.record(z.string(), z.unknown());

/** A synthesized stack, `cdk.tf.json`, as far as declarations and references need it. */
export const stackSchema = z.looseObject({
  resource: z.record(z.string(), z.record(z.string(), block)).optional(),
  variable: z
    .record(
      z.string(),
      z.looseObject({
        type: z.unknown().optional(),
        sensitive: z.unknown().optional(),
        default: z.unknown().optional(),
      }),
    )
    .optional(),
});

/** A synthesized stack, parsed. */
export type TerraformJson = z.output<typeof stackSchema>;

/** What cannot be known without running Terraform: a computed value, a secret, a function. */
export class Unresolvable extends Error {}

/** References may point at references; more steps than this are a circle. */
const MAX_DEPTH = 16;

/**
 * Puts the values of a stack in the place of its references: attributes of other resources, and
 * variables that are set in the environment or have a default. Sensitive variables stay closed.
 *
 * @throws Unresolvable for everything that only Terraform can work out
 */
export function resolveExpressions(
  value: unknown,
  stack: TerraformJson,
  environment: EnvironmentVariables,
  depth = 0,
): unknown {
  if (depth > MAX_DEPTH) throw new Unresolvable("references go in a circle");
  const further = (inner: unknown) => resolveExpressions(inner, stack, environment, depth + 1);
  if (Array.isArray(value)) return value.map(further);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, further(inner)]));
  }
  if (typeof value !== "string") return value;
  const whole = /^\$\{([^{}]*)\}$/.exec(value);
  if (whole) return further(referenced(whole[1] ?? "", stack, environment));
  // "$${" and "%%{" are how Terraform spells a literal "${" and "%{".
  return value.replace(/\$\$\{|%%\{|%\{|\$\{([^{}]*)\}|\$\{/g, (match, reference?: string) => {
    if (match === "$${" || match === "%%{") return match.slice(1);
    if (reference === undefined) throw new Unresolvable(`a template: ${match}`);
    return String(further(referenced(reference, stack, environment)));
  });
}

function referenced(
  expression: string,
  stack: TerraformJson,
  environment: EnvironmentVariables,
): unknown {
  const variable = /^var\.([\w-]+)$/.exec(expression)?.[1];
  if (variable !== undefined) return variableValue(variable, stack, environment);
  if (!/^[\w-]+(\.[\w-]+){2,}$/.test(expression)) throw new Unresolvable(expression);
  const [type, id, ...attributes] = expression.split(".");
  // The provider's id of an item or a target is its name.
  const path = [type, id, ...(attributes.join() === "id" ? ["name"] : attributes)];
  const value = path.reduce<unknown>((inner, key) => own(inner, key), stack.resource);
  if (value === undefined) throw new Unresolvable(expression);
  return value;
}

/** A property that somebody wrote down, not one that every object has. */
function own(value: unknown, key: string | undefined): unknown {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return entries.find(([name]) => name === key)?.[1];
}

function variableValue(
  name: string,
  stack: TerraformJson,
  environment: EnvironmentVariables,
): unknown {
  const variable = Object.hasOwn(stack.variable ?? {}, name) ? stack.variable?.[name] : undefined;
  if (!variable || variable.sensitive === true) throw new Unresolvable(`var.${name}`);
  const text = environment[`TF_VAR_${name}`];
  const value = text === undefined ? variable.default : typed(text, variable.type);
  if (value == null) throw new Unresolvable(`var.${name}`);
  return value;
}

/** The value that Terraform reads out of a variable's text; undefined if that is not JSON. */
function typed(text: string, type: unknown): unknown {
  if (!/^(list|set|tuple|map|object)\b/.test(String(type))) return text;
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}
