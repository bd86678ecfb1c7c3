import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { defined } from "../../../common/defined.ts";
import type { EnvironmentVariables } from "../../../common/environment-variables.ts";
import { KitError } from "../../../common/errors/kit-error.ts";
import { SECRET_ATTRIBUTES, TARGET_ATTRIBUTES } from "../../attributes/attributes.ts";
import { path } from "../../attributes/kinds.ts";
import { declarationSchema } from "../../declaration/declaration.ts";
import { parseJson, readText } from "../../declaration/parse-json.ts";
import { resolveExpressions, stackSchema, type TerraformJson, Unresolvable } from "./resolve.ts";

/** An item or a Web Target that a synthesized stack declares. */
export interface Declared {
  readonly stack: string;
  /** Address in the stack, for example `akeyless_target_web.rotator`. */
  readonly address: string;
  readonly kind: "secret" | "target";
  /** Absent where only Terraform can work it out. */
  readonly name?: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Settings whose declared value only Terraform can work out. */
  readonly unresolved: readonly string[];
  /** Settings of which no plan shows a change (`ignore_changes`). */
  readonly ignored: readonly string[];
}

/** Whether steps of the kit manage it, so that no plan looks at it in Akeyless. */
export const isOutOfState = ({ address }: Pick<Declared, "address">): boolean =>
  address.startsWith("null_resource.");

const lifecycleSchema = z.looseObject({ ignore_changes: z.array(z.string()) });

const stepSchema = z.looseObject({
  "local-exec": z.looseObject({
    environment: z.looseObject({ ROTATION_KIT_DECLARATION: z.string() }),
  }),
});

const TYPES = {
  akeyless_rotated_secret_custom: { kind: "secret", attributes: SECRET_ATTRIBUTES },
  akeyless_target_web: { kind: "target", attributes: TARGET_ATTRIBUTES },
} as const;

/**
 * Reads what the synthesized stacks below `directory` (`cdktf.out`) declare, whether through the
 * provider or out of state.
 *
 * @throws KitError `stacks_missing` where nothing was synthesized
 */
export function readDeclared(directory: string, environment: EnvironmentVariables): Declared[] {
  return stackNames(directory).flatMap((stack) => {
    const file = join(directory, "stacks", stack, "cdk.tf.json");
    return declaredIn(parseJson(stackSchema, readText(file), file), stack, environment);
  });
}

function declaredIn(
  json: TerraformJson,
  stack: string,
  environment: EnvironmentVariables,
): Declared[] {
  const entries = Object.entries(json.resource ?? {}).flatMap(([type, resources]) =>
    Object.entries(resources).map(([id, attributes]) => ({ type, id, attributes })),
  );
  return merged(
    entries.flatMap(({ type, id, attributes }) => {
      const place = { stack, address: `${type}.${id}` };
      if (type === "null_resource") return fromSteps(attributes, place, json, environment);
      const known = TYPES[type as keyof typeof TYPES];
      return known ? [fromResource(attributes, known, place, json, environment)] : [];
    }),
  );
}

function fromResource(
  resource: Record<string, unknown>,
  { kind, attributes }: (typeof TYPES)[keyof typeof TYPES],
  place: Pick<Declared, "stack" | "address">,
  json: TerraformJson,
  environment: EnvironmentVariables,
): Declared {
  const settings: Record<string, unknown> = {};
  const unresolved: string[] = [];
  for (const { name } of attributes) {
    const value = attempt(resource[name], json, environment);
    if (value instanceof Unresolvable) unresolved.push(name);
    else if (value !== undefined) settings[name] = value;
  }
  // One block can represent several resources; their names are only known to Terraform.
  const repeated = resource.count !== undefined || resource.for_each !== undefined;
  const name = repeated ? undefined : attempt(resource.name, json, environment);
  return {
    ...place,
    kind,
    settings,
    unresolved,
    ignored: lifecycleSchema.safeParse(resource.lifecycle).data?.ignore_changes ?? [],
    ...defined({ name: typeof name === "string" ? name : undefined }),
  };
}

/** Steps that call `rotation-kit item apply` carry their declaration in their environment. */
function fromSteps(
  resource: Record<string, unknown>,
  place: Pick<Declared, "stack" | "address">,
  json: TerraformJson,
  environment: EnvironmentVariables,
): Declared[] {
  const provisioners = z.array(z.unknown()).safeParse(resource.provisioner).data ?? [];
  return provisioners.flatMap((provisioner): Declared[] => {
    const step = stepSchema.safeParse(provisioner).data?.["local-exec"];
    if (!step) return [];
    const text = attempt(step.environment.ROTATION_KIT_DECLARATION, json, environment);
    if (typeof text !== "string") {
      return [{ ...place, kind: "secret", settings: {}, unresolved: [], ignored: [] }];
    }
    const { kind, name, settings } = parseJson(declarationSchema, text, place.address);
    return [{ ...place, kind, name, settings, unresolved: [], ignored: [] }];
  });
}

/** An item may be declared in parts: by the provider, and by a step for what the provider lacks. */
function merged(all: readonly Declared[]): Declared[] {
  const byName = new Map<string, Declared>();
  for (const part of all) {
    const key = `${part.kind} ${path.canonical(part.name) ?? part.address}`;
    const before = byName.get(key);
    byName.set(
      key,
      before
        ? {
            ...before,
            settings: { ...before.settings, ...part.settings },
            unresolved: [...before.unresolved, ...part.unresolved],
          }
        : part,
    );
  }
  return [...byName.values()];
}

function attempt(value: unknown, json: TerraformJson, environment: EnvironmentVariables): unknown {
  try {
    return resolveExpressions(value, json, environment);
  } catch (error) {
    if (error instanceof Unresolvable) return error;
    throw error;
  }
}

function stackNames(directory: string): string[] {
  try {
    return readdirSync(join(directory, "stacks")).sort();
  } catch (error) {
    throw new KitError("stacks_missing", { directory }, { cause: error });
  }
}
