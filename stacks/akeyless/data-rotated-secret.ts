import { TerraformDataSource, type TerraformMetaArguments } from "cdktf";
import type { Construct } from "constructs";
import { type AttributeTable, toHcl, toTerraform } from "./attributes.ts";
import { correctedForHcl } from "./hcl.ts";
import { refuseLateName } from "./late-name.ts";
import { GENERATOR_METADATA } from "./release.ts";

/** Attributes of the data source `akeyless_rotated_secret`. */
export interface DataRotatedSecretAttributes {
  /** Path of the item. */
  readonly name: string;
  /** Version to read; 0 or unset is the current one. */
  readonly version?: number;
  /** `"true"` or `"false"`: whether to bypass the gateway's cache. */
  readonly ignoreCache?: string;
  /** Host of a linked target. */
  readonly host?: string;
}

/** The provider's schema of the data source `akeyless_rotated_secret`, without `value`. */
export const dataRotatedSecretAttributes: AttributeTable<DataRotatedSecretAttributes> = {
  name: { type: "string", required: true },
  version: { type: "number" },
  ignoreCache: { type: "string" },
  host: { type: "string" },
};

/**
 * L1 of the data source that reads a rotated secret. It fails where the item is missing or its value
 * cannot be read (measured with 1.11.4 and a reconstruction of 2.0.1).
 */
export class DataRotatedSecret extends TerraformDataSource {
  static readonly tfResourceType = "akeyless_rotated_secret";
  readonly #config: DataRotatedSecretAttributes;

  constructor(
    scope: Construct,
    id: string,
    config: DataRotatedSecretAttributes & TerraformMetaArguments,
  ) {
    super(scope, id, {
      ...config,
      terraformResourceType: DataRotatedSecret.tfResourceType,
      terraformGeneratorMetadata: GENERATOR_METADATA,
    });
    this.#config = config;
  }

  /** Sensitive reference to the whole reply as JSON text: `{"value":{"payload":"…"}}`. */
  get value(): string {
    return this.getStringAttribute("value");
  }

  override overrideLogicalId(name: string): void {
    super.overrideLogicalId(name);
    refuseLateName(this, name);
  }

  override toHclTerraform(): unknown {
    return correctedForHcl(super.toHclTerraform(), this);
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return toTerraform(dataRotatedSecretAttributes, this.#config);
  }

  protected override synthesizeHclAttributes(): Record<string, unknown> {
    return toHcl(dataRotatedSecretAttributes, this.#config);
  }
}
