import type { IResolvable } from "cdktf";
import { type Row, terraformName } from "../attributes/attribute.ts";
import type { ProviderType } from "../attributes/kinds.ts";

/** One attribute as the provider's schema declares it. */
export interface AttributeSpec {
  readonly type: ProviderType;
  /** The configuration must set it. */
  readonly required?: boolean;
  /** The provider fills it in where the configuration leaves it out. */
  readonly computed?: boolean;
  /** The provider marks it as sensitive. */
  readonly sensitive?: boolean;
}

/** The attributes of a resource, data source or block, keyed by the property's name. */
export type AttributeTable<Config> = Readonly<Record<keyof Config & string, AttributeSpec>>;

interface Values {
  string: string;
  number: number;
  bool: boolean | IResolvable;
  "list(string)": string[];
  "set(string)": string[];
  "map(string)": Record<string, string>;
}

/** The configuration that a table of rows describes: what the provider lacks is left out. */
export type ProviderConfig<Rows extends Readonly<Record<string, Row<never>>>> = {
  readonly [Key in keyof Rows as Rows[Key]["type"] extends ProviderType ? Key : never]?:
    | Values[Rows[Key]["type"] & ProviderType]
    | undefined;
};

/** The specification of the rows that the provider has. */
export function tableOf<Rows extends Readonly<Record<string, Row<never>>>>(
  rows: Rows,
): AttributeTable<ProviderConfig<Rows>> {
  return Object.fromEntries(
    Object.entries(rows).flatMap(([key, { type, required, computed }]) =>
      type === null ? [] : [[key, { type, required: !!required, computed: !!computed }]],
    ),
  ) as AttributeTable<ProviderConfig<Rows>>;
}

/** An object with its keys in Terraform's spelling. */
export const inTerraformNames = (config: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(config).map(([name, value]) => [terraformName(name), value]));

/** The part of cdk.tf.json that a table and its values describe; what is unset is left out. */
export function toTerraform<Config extends object>(
  table: AttributeTable<NoInfer<Config>>,
  config: Config,
): Record<string, unknown> {
  return Object.fromEntries(
    declared(table, config).map(([property, , value]) => [terraformName(property), value]),
  );
}

/** The same for `cdktf synth --hcl`, whose renderer wants to know the type of each value. */
export function toHcl<Config extends object>(
  table: AttributeTable<NoInfer<Config>>,
  config: Config,
): Record<string, unknown> {
  return Object.fromEntries(
    declared(table, config).map(([property, spec, value]) => [
      terraformName(property),
      { value, isBlock: false, ...HCL_TYPES[spec.type] },
    ]),
  );
}

const HCL_TYPES: Record<ProviderType, { type: string; storageClassType: string }> = {
  string: { type: "simple", storageClassType: "string" },
  number: { type: "simple", storageClassType: "number" },
  bool: { type: "simple", storageClassType: "boolean" },
  "list(string)": { type: "list", storageClassType: "stringList" },
  "set(string)": { type: "set", storageClassType: "stringList" },
  "map(string)": { type: "map", storageClassType: "stringMap" },
};

function declared<Config extends object>(
  table: AttributeTable<NoInfer<Config>>,
  config: Config,
): [string, AttributeSpec, unknown][] {
  const rows: [string, AttributeSpec, unknown][] = [];
  for (const [property, spec] of Object.entries<AttributeSpec>(table)) {
    const value = config[property as keyof Config];
    if (value !== undefined) rows.push([property, spec, value]);
  }
  return rows;
}
