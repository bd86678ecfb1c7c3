import { resource } from "@cdktf/provider-null";
import { correctedForHcl } from "../akeyless/hcl.ts";

/** A `null_resource`: what the Akeyless provider cannot do. Never holds a secret. */
export class NullStep extends resource.Resource {
  override toHclTerraform(): unknown {
    return correctedForHcl(super.toHclTerraform());
  }
}
