import { createHash } from "node:crypto";
import { resource } from "@cdktf/provider-null";
import { Fn, Lazy, type TerraformResource, Token } from "cdktf";
import type { Construct } from "constructs";
import { isUnknown, withoutUndefined } from "./errors.ts";
import { GatewayProvider } from "./gateway-provider.ts";
import { itemPath } from "./item-name.ts";
import { kitCommand } from "./kit-command.ts";
import { terraformAddress } from "./terraform-address.ts";

/** What {@link realiseOutOfState} needs to know. */
export interface OutOfStateProps {
  readonly kind: "secret" | "target";
  /** Name as declared, with or without its leading slash. */
  readonly name: string;
  /** Settings in the provider's spelling; called at synth, when aspects have done their work. */
  readonly settings: () => Readonly<Record<string, unknown>>;
  /** Name of the Web Target, as a reference to it: an item is replaced when it changes. */
  readonly targetName?: string;
  /** The bootstrap payload as a template of the command line (see `rotation-kit item apply`). */
  readonly payloadTemplate?: string;
  readonly payloadVersion?: string;
  /** Whether a plan that would delete it fails. */
  readonly protectedFromDelete: boolean;
}

/**
 * Realises an item or a Web Target by two steps of the kit instead of a resource of the provider,
 * so that Terraform's state and plans never hold its value.
 *
 * `Life` stands for the item: its triggers name it, and destroying it deletes the item. Nothing
 * runs when it is created, so it cannot be left half made. `Resource` makes the item what was
 * declared, and creates it where it is missing: it runs when the declaration or the life changes,
 * and again after a failure, but never deletes anything.
 */
export function realiseOutOfState(scope: Construct, props: OutOfStateProps): TerraformResource {
  const { kind, name, targetName } = props;
  const address = GatewayProvider.of(scope)?.address;
  const life = new resource.Resource(scope, "Life", {
    triggers: withoutUndefined({ item: name, target: targetName }),
    ...(props.protectedFromDelete ? { lifecycle: { preventDestroy: true } } : {}),
    provisioners: [
      {
        type: "local-exec",
        when: "destroy",
        interpreter: [...kitCommand(), "item", "delete", "--kind", kind, "--"],
        // Terraform lets a step that runs at destruction refer to nothing but its own triggers.
        // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of Terraform
        command: "${self.triggers.item}",
        environment: address === undefined || isUnknown(address) ? {} : gateway(address),
      },
    ],
  });
  const declaration = () =>
    withoutUndefined({
      kind,
      name: itemPath(name),
      settings: props.settings(),
      payload_version: props.payloadVersion,
    });
  const steps = new resource.Resource(scope, "Resource", {
    dependsOn: [life],
    lifecycle: { replaceTriggeredBy: [terraformAddress(life)] },
    triggers: {
      item: name,
      declaration: Lazy.stringValue({ produce: () => fingerprint(declaration()) }),
    },
    provisioners: [
      {
        type: "local-exec",
        interpreter: [...kitCommand(), "item"],
        command: "apply",
        environment: {
          ROTATION_KIT_DECLARATION: Lazy.stringValue({ produce: () => document(declaration()) }),
          ...(props.payloadTemplate === undefined
            ? {}
            : { ROTATION_KIT_PAYLOAD_TEMPLATE: props.payloadTemplate }),
          ...(address === undefined ? {} : gateway(address)),
        },
      },
    ],
  });
  return steps;
}

/** The name of what `steps` realise, as a reference: whoever uses it waits for the steps. */
export function nameAfter(steps: TerraformResource): string {
  return Token.asString(steps.interpolationForAttribute("triggers.item"));
}

const gateway = (address: string) => ({ AKEYLESS_GATEWAY: address });

/** JSON that a person, and `rotation-kit drift`, can read in cdk.tf.json. */
function document(declaration: unknown): string {
  const text = JSON.stringify(declaration);
  // The space keeps cdktf's HCL renderer from taking the text for an object.
  return isUnknown(text) ? Fn.jsonencode(declaration) : ` ${text}`;
}

/** A digest that stays the same as long as the declaration does, also if parts are unknown yet. */
function fingerprint(declaration: unknown): string {
  const text = JSON.stringify(declaration);
  return isUnknown(text) ? Fn.sha256(text) : createHash("sha256").update(text).digest("hex");
}
