import type { TerraformMetaArguments } from "cdktf";
import type { Construct } from "constructs";
import { targetRows } from "../attributes/target.ts";
import { type AttributeTable, type ProviderConfig, tableOf } from "./attributes.ts";
import { AkeylessResource } from "./resource.ts";

/** Attributes of `akeyless_target_web`. */
export interface TargetWebAttributes extends ProviderConfig<typeof targetRows> {
  /** Path of the target. A change replaces the target. */
  readonly name: string;
  /** Address that the gateway calls, exactly as written; the provider does not check it. */
  readonly url: string;
}

/** The provider's schema of `akeyless_target_web`. */
export const targetWebAttributes: AttributeTable<TargetWebAttributes> = {
  name: { type: "string", required: true },
  ...tableOf(targetRows),
};

/** L1 of a Web Target: one to one what the provider offers, without checks or defaults. */
export class TargetWeb extends AkeylessResource<TargetWebAttributes> {
  static readonly tfResourceType = "akeyless_target_web";

  constructor(scope: Construct, id: string, config: TargetWebAttributes & TerraformMetaArguments) {
    super(scope, id, TargetWeb.tfResourceType, targetWebAttributes, config);
  }
}
