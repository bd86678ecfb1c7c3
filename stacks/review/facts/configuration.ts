import {
  type ConfiguredProvider,
  type ConfiguredResource,
  type Module,
  moduleSchema,
  type Plan,
  type ResourceChange,
} from "../read/plan-schema.ts";

/** How deep modules may lie in each other. */
const MAX_MODULES = 32;
const INDEX = /\["(?:[^"\\]|\\.)*"\]|\[\d+\]|\[\*\]/g;

/** What the code says, as the plan carries it. CDKTF's expressions are in it in full. */
export class Configuration {
  readonly providers: readonly ConfiguredProvider[];
  readonly #resources = new Map<string, ConfiguredResource>();
  readonly #sensitive = new Map<string, boolean>();

  constructor({ configuration }: Plan) {
    this.providers = Object.values(configuration.provider_config);
    this.#read(configuration.root_module, "", 0);
  }

  #read(content: Module | undefined, prefix: string, depth: number): void {
    if (content === undefined || depth > MAX_MODULES) return;
    for (const resource of content.resources) {
      this.#resources.set(prefix + resource.address, resource);
    }
    for (const [name, { sensitive }] of Object.entries(content.variables)) {
      this.#sensitive.set(`${prefix}var.${name}`, sensitive);
    }
    for (const [name, call] of Object.entries(content.module_calls)) {
      const { data } = moduleSchema.safeParse(call.module);
      this.#read(data, `${prefix}module.${name}.`, depth + 1);
    }
  }

  /** What the code declares at a changed resource's place; undefined where it is gone. */
  of({ module_address: module, mode, type, name }: ResourceChange): ConfiguredResource | undefined {
    return this.#resources.get(
      `${prefixOf(module)}${mode === "data" ? "data." : ""}${type}.${name}`,
    );
  }

  /** Every resource of the code, with its address without indexes. */
  all(): Iterable<[string, ConfiguredResource]> {
    return this.#resources;
  }

  /** Whether `var.x` is declared sensitive in the module; undefined for what is not a variable. */
  isSensitive(reference: string, module: string | undefined): boolean | undefined {
    return this.#sensitive.get(prefixOf(module) + reference);
  }
}

const prefixOf = (module: string | undefined): string =>
  module === undefined ? "" : `${module.replace(INDEX, "")}.`;

/** An address without the keys of `count` and `for_each`. */
export const withoutIndex = (address: string): string => address.replace(INDEX, "");

/** The constant of an argument, CDKTF's expressions included; undefined where there is none. */
export function constantOf(expression: unknown): unknown {
  return typeof expression === "object" && expression !== null && "constant_value" in expression
    ? expression.constant_value
    : undefined;
}

/** What an argument refers to. */
export function expressionReferences(expression: unknown): string[] {
  if (typeof expression !== "object" || expression === null) return [];
  const { references } = expression as { readonly references?: unknown };
  return Array.isArray(references)
    ? references.filter((reference) => typeof reference === "string")
    : [];
}
