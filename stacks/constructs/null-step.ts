import { resource } from "@cdktf/provider-null";
import type { IResolvable, TerraformDataSource, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { declaredAt, withPlace } from "../akeyless/declared-at.ts";
import { correctedForHcl, reference } from "../akeyless/hcl.ts";
import { refuseLateName } from "../akeyless/late-name.ts";
import { attributeReference } from "../akeyless/token.ts";
import { terraformAddress } from "./terraform-address.ts";

/** A move of a resource from one address to another. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** What a step is made of; it waits for resources of its own stack only. */
export interface NullStepConfig extends Omit<resource.ResourceConfig, "dependsOn"> {
  readonly dependsOn?: readonly (TerraformResource | TerraformDataSource)[];
}

/** A `null_resource`: what the Akeyless provider cannot do. Never holds a secret. */
export class NullStep extends resource.Resource {
  readonly #place: string | undefined;

  constructor(scope: Construct, id: string, { dependsOn, ...config }: NullStepConfig) {
    super(scope, id, config);
    // cdktf would make a token of each.
    if (dependsOn) this.dependsOn = dependsOn.map(terraformAddress);
    this.#place = declaredAt(this);
  }

  override overrideLogicalId(name: string): void {
    super.overrideLogicalId(name);
    refuseLateName(this, name);
  }

  override interpolationForAttribute(attribute: string): IResolvable {
    return attributeReference(this, attribute);
  }

  protected override get constructNodeMetadata(): Record<string, object> {
    return withPlace(super.constructNodeMetadata, this.#place);
  }

  /**
   * What Terraform moves to this step, which may have several instances. (`moveFromId` of cdktf knows
   * one move, and starts Terraform in each synthesis.)
   */
  protected get moves(): readonly Move[] {
    return [];
  }

  override toTerraform(): object {
    return this.#withMoves(super.toTerraform(), (address) => address);
  }

  override toHclTerraform(): object {
    return this.#withMoves(correctedForHcl(super.toHclTerraform(), this), reference);
  }

  #withMoves(block: { moved?: unknown[] }, written: (address: string) => unknown): object {
    if (this.moves.length === 0) return block;
    const moved = this.moves.map(({ from, to }) => ({ from: written(from), to: written(to) }));
    return { ...block, moved: [...(block.moved ?? []), ...moved] };
  }
}
