import type { TerraformMetaArguments } from "cdktf";
import type { Construct } from "constructs";
import { secretRows } from "../attributes/secret.ts";
import { type AttributeTable, type ProviderConfig, tableOf } from "./attributes.ts";
import { AkeylessResource } from "./resource.ts";

/**
 * Attributes of `akeyless_rotated_secret_custom`. The provider takes most booleans and numbers as
 * strings, sends an empty value for what is unset, and reads back only the attributes marked
 * "refreshed"; the others cannot drift in a plan.
 */
export interface RotatedSecretCustomAttributes extends ProviderConfig<typeof secretRows> {
  /** Path of the item. A change replaces the item and loses its versions. */
  readonly name: string;
  /** The Web Target. Refreshed, but never sent on update: the provider cannot change it. */
  readonly targetName: string;
  /** What is sent to the rotator. Refreshed from the current value, and not marked sensitive. */
  readonly customPayload?: string;
}

/** The provider's schema of `akeyless_rotated_secret_custom`. */
export const rotatedSecretCustomAttributes: AttributeTable<RotatedSecretCustomAttributes> = {
  name: { type: "string", required: true },
  customPayload: { type: "string", computed: true },
  ...tableOf(secretRows),
};

/** L1 of a custom rotated secret: one to one what the provider offers, without checks or defaults. */
export class RotatedSecretCustom extends AkeylessResource<RotatedSecretCustomAttributes> {
  static readonly tfResourceType = "akeyless_rotated_secret_custom";

  constructor(
    scope: Construct,
    id: string,
    config: RotatedSecretCustomAttributes & TerraformMetaArguments,
  ) {
    super(scope, id, RotatedSecretCustom.tfResourceType, rotatedSecretCustomAttributes, config);
  }
}
