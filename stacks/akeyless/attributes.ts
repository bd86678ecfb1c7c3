/** The attribute types that the resources of this provider use, in Terraform's own spelling. */
export type AttributeType =
  | "string"
  | "number"
  | "bool"
  | "list(string)"
  | "list(number)"
  | "set(string)"
  | "map(string)";

/** One attribute as the provider's schema declares it. */
export interface AttributeSpec {
  readonly type: AttributeType;
  /** The configuration must set it. */
  readonly required?: true;
  /** The provider fills it in where the configuration leaves it out. */
  readonly computed?: true;
  /** The provider marks it as sensitive. */
  readonly sensitive?: true;
}

/** The attributes of a resource, data source or block, keyed by the property's name. */
export type AttributeTable<Config> = Readonly<Record<keyof Config & string, AttributeSpec>>;

/** `secureAccessHost` becomes `secure_access_host`: the only difference between both spellings. */
export const terraformName = (property: string): string =>
  property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

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

const HCL_TYPES: Record<AttributeType, { type: string; storageClassType: string }> = {
  string: { type: "simple", storageClassType: "string" },
  number: { type: "simple", storageClassType: "number" },
  bool: { type: "simple", storageClassType: "boolean" },
  "list(string)": { type: "list", storageClassType: "stringList" },
  "list(number)": { type: "list", storageClassType: "numberList" },
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
