import { isObject, type ObjectValue, type TerraformValue } from "./values.ts";

/** Type of an attribute as Terraform writes it: `"string"`, `["list", "string"]`, … */
export type AttributeType =
  | "string"
  | "number"
  | "bool"
  | readonly ["list" | "set" | "map", string];

/** One attribute of `terraform providers schema -json`. */
export interface AttributeSchema {
  readonly type: AttributeType;
  readonly description?: string;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly sensitive?: boolean;
}

/** One block of `terraform providers schema -json`. */
export interface BlockSchema {
  readonly attributes?: Readonly<Record<string, AttributeSchema>>;
  readonly block_types?: Readonly<Record<string, NestedBlockSchema>>;
  readonly description?: string;
}

/** A block inside a block. The providers served here only nest lists. */
export interface NestedBlockSchema {
  readonly nesting_mode: "list";
  readonly block: BlockSchema;
  readonly max_items?: number;
}

/** Schema of a provider, a resource or a data source. */
export interface Schema {
  readonly version: number;
  readonly block: BlockSchema;
}

/** What `terraform providers schema -json` shows of one provider. */
export interface ProviderSchema {
  readonly provider: Schema;
  readonly resource_schemas: Readonly<Record<string, Schema>>;
  readonly data_source_schemas: Readonly<Record<string, Schema>>;
}

const NESTING_LIST = 2;

/** Terraform's message `Schema` for a schema in the JSON format. */
export function toSchemaMessage(schema: Schema) {
  return { version: schema.version, block: toBlockMessage(schema.block, schema.version) };
}

function toBlockMessage(block: BlockSchema, version = 0): object {
  return {
    version,
    description: block.description ?? "",
    attributes: Object.entries(block.attributes ?? {}).map(([name, attribute]) => ({
      name,
      type: Buffer.from(JSON.stringify(attribute.type)),
      description: attribute.description ?? "",
      required: attribute.required ?? false,
      optional: attribute.optional ?? false,
      computed: attribute.computed ?? false,
      sensitive: attribute.sensitive ?? false,
    })),
    block_types: Object.entries(block.block_types ?? {}).map(([name, nested]) => ({
      type_name: name,
      block: toBlockMessage(nested.block),
      nesting: NESTING_LIST,
      max_items: nested.max_items ?? 0,
    })),
  };
}

/**
 * The object with every attribute that the schema names, null where it had none, and without any
 * other: Terraform refuses an object of another shape.
 */
export function shapeObject(block: BlockSchema, value: ObjectValue): ObjectValue {
  const shaped: Record<string, TerraformValue> = {};
  for (const name of Object.keys(block.attributes ?? {})) shaped[name] = value[name] ?? null;
  for (const [name, nested] of Object.entries(block.block_types ?? {})) {
    const blocks = value[name];
    shaped[name] = Array.isArray(blocks)
      ? blocks.map((item: TerraformValue) =>
          isObject(item) ? shapeObject(nested.block, item) : item,
        )
      : [];
  }
  return shaped;
}
