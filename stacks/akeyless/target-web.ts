import type { TerraformMetaArguments } from "cdktf";
import type { Construct } from "constructs";
import type { AttributeTable } from "./attributes.ts";
import { AkeylessResource } from "./resource.ts";

/** Attributes of `akeyless_target_web`. */
export interface TargetWebAttributes {
  /** Path of the target. A change replaces the target. */
  readonly name: string;
  /** Address that the gateway calls, exactly as written; the provider does not check it. */
  readonly url: string;
  /** Name of the protection key. The provider shows a lasting difference where the server reports a default key. */
  readonly key?: string;
  readonly description?: string;
  /** How many versions of the target to keep, as a decimal string. */
  readonly maxVersions?: string;
  /** Whether an update keeps the previous version, `"true"` or `"false"`; else the account decides. */
  readonly keepPrevVersion?: string;
}

/** The provider's schema of `akeyless_target_web`. */
export const targetWebAttributes: AttributeTable<TargetWebAttributes> = {
  name: { type: "string", required: true },
  url: { type: "string", required: true },
  key: { type: "string" },
  description: { type: "string" },
  maxVersions: { type: "string" },
  keepPrevVersion: { type: "string" },
};

/** L1 of a Web Target: one to one what the provider offers, without checks or defaults. */
export class TargetWeb extends AkeylessResource<TargetWebAttributes> {
  static readonly tfResourceType = "akeyless_target_web";

  constructor(scope: Construct, id: string, config: TargetWebAttributes & TerraformMetaArguments) {
    super(scope, id, TargetWeb.tfResourceType, targetWebAttributes, config);
  }
}
