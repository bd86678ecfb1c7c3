import { Lazy, TerraformResource, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { addJsonOnly } from "./json-only.ts";
import { kitCommand } from "./kit-command.ts";
import { terraformAddress } from "./terraform-address.ts";

/** Properties of {@link DriftCheck}. */
export interface DriftCheckProps {
  /**
   * The command that starts `rotation-kit`, as words without a shell.
   * @default - as the settings say (`kitCommand`)
   */
  readonly command?: readonly string[] | undefined;
}

/**
 * Lets each plan compare everything that its stack declares with the gateway, also what the
 * provider never reads back, and warn about what somebody changed by hand. Once in a stack.
 *
 * A plan then never says "No changes.", because Terraform announces that it will ask again during
 * the apply; it says "0 to add, 0 to change, 0 to destroy". Anyone who plans needs the kit, and may describe the items; values are not read. Uses the
 * provider `hashicorp/external`, and Terraform's `check` block (1.5).
 *
 * @example new DriftCheck(stack, "drift")
 */
export class DriftCheck extends Construct {
  constructor(scope: Construct, id: string, props: DriftCheckProps = {}) {
    super(scope, id);
    const stack = TerraformStack.of(this);
    const name = "drift";
    stack.addOverride("terraform.required_providers.external", {
      source: "hashicorp/external",
      version: "~> 2.3",
    });
    addJsonOnly(stack, `check.${name}`, {
      data: [
        {
          external: {
            [name]: {
              // Terraform runs in cdktf.out/stacks/<stack>.
              program: [
                ...kitCommand(this, props.command),
                ...["drift", "--external", "--out", "../..", "--stack", stack.node.id],
              ],
              // What is about to change is compared after it has changed.
              depends_on: Lazy.listValue({ produce: () => resourcesOf(stack) }),
            },
          },
        },
      ],
      assert: {
        condition: `\${data.external.${name}.result.ok == "true"}`,
        error_message: `\${data.external.${name}.result.summary}`,
      },
    });
  }
}

function resourcesOf(stack: TerraformStack): string[] {
  return stack.node
    .findAll()
    .filter((node) => TerraformResource.isTerraformResource(node))
    .map(terraformAddress);
}
