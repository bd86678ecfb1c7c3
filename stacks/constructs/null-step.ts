import { resource } from "@cdktf/provider-null";
import { declaredAt, withPlace } from "../akeyless/declared-at.ts";
import { correctedForHcl, reference } from "../akeyless/hcl.ts";

/** A move of a resource from one address to another. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** A `null_resource`: what the Akeyless provider cannot do. Never holds a secret. */
export class NullStep extends resource.Resource {
  readonly #place: string | undefined;

  constructor(...args: ConstructorParameters<typeof resource.Resource>) {
    super(...args);
    this.#place = declaredAt(this);
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
