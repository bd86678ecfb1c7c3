import { type LocalExecProvisioner, type TerraformResource, Token } from "cdktf";
import type { Construct } from "constructs";
import { defined } from "../../common/defined.ts";
import { laterText } from "../akeyless/token.ts";
import { PAYLOAD_VERSION } from "../attributes/payload-marker.ts";
import { BEGINNING, IGNORED_BEGINNING } from "./beginning.ts";
import type { Life } from "./delete-protection.ts";
import { DeclarationError, isUnknown, shownValue } from "./errors.ts";
import { holdsUnknown, textOf } from "./expressions.ts";
import { forgetProviderResource, type ItemKind } from "./forget.ts";
import { GatewayProvider } from "./gateway-provider.ts";
import { declaredPath } from "./item-name.ts";
import { jsonExpression } from "./json-expression.ts";
import { kitCommand } from "./kit-command.ts";
import { NullStep } from "./null-step.ts";
import type { Realisation } from "./settings.ts";
import { terraformAddress } from "./terraform-address.ts";

/** How a construct was managed. */
export interface Managed {
  /** What depends on the item waits for this. */
  readonly resource: TerraformResource;
  /** Name of the item, as a reference to the resource. */
  readonly name: string;
  /** A reference that Terraform does not know yet when the item is created or replaced. */
  readonly existence: string;
  /** What a step that uses it waits for. @default - the resource */
  readonly ready?: readonly TerraformResource[];
  /** How Terraform sees that the item is replaced. @default - nothing that Terraform does deletes it */
  readonly life?: Life;
}

/** What {@link manageOutOfState} needs to know. */
export interface OutOfStateProps {
  readonly kind: ItemKind;
  /** Name as declared, with or without its leading slash. */
  readonly name: string;
  /** Settings in the provider's spelling; called at synth, when aspects have done their work. */
  readonly settings: () => Readonly<Record<string, unknown>>;
  /** Name of the Web Target, as a reference to it: an item is replaced when it changes. */
  readonly targetName?: string;
  /** The bootstrap payload as a template of the command line (see `rotation-kit item apply`). */
  readonly payloadTemplate?: string;
  readonly payloadVersion?: string;
  /** Whether the item stays when its life ends. */
  readonly retain: boolean;
  /** Whether the item is deleted by force then. */
  readonly forceDelete?: boolean;
}

/**
 * Manages an item or a Web Target by two steps of the kit instead of a resource of the provider,
 * so that Terraform's state and plans never hold its value.
 *
 * `Life` is the item's place in the state: its triggers name it, and destroying it deletes the item,
 * unless that is to be retained. Nothing
 * runs when it is created, so it cannot be left half made. `Resource` makes the item what was
 * declared, and creates it where it is missing: it runs when the declaration or the life changes,
 * and again after a failure, but never deletes anything.
 */
export function manageOutOfState(scope: Construct, props: OutOfStateProps): Managed {
  const { kind, name, targetName } = props;
  const address = GatewayProvider.of(scope)?.address;
  const identity = defined({ item: declaredPath(name), target: targetName });
  const life = new NullStep(scope, "Life", {
    // Two spellings of one name are not a change.
    triggers: { ...identity, ...BEGINNING },
    lifecycle: { ignoreChanges: [IGNORED_BEGINNING] },
    ...defined({ provisioners: props.retain ? undefined : [deleteStep(scope, props, address)] }),
  });
  const declaration = () =>
    defined({
      kind,
      name: declaredPath(name),
      settings: props.settings(),
      payload_version: props.payloadVersion,
    });
  const steps = new NullStep(scope, "Resource", {
    dependsOn: [life],
    lifecycle: { replaceTriggeredBy: [terraformAddress(life)] },
    // Settings are not secret: a reviewer of the plan reads what becomes of each.
    triggers: { ...settingTriggers(props), item: name },
    provisioners: [
      {
        type: "local-exec",
        interpreter: [...kitCommand(scope), "item"],
        command: "apply",
        environment: {
          ROTATION_KIT_DECLARATION: laterText(() => document(scope, declaration())),
          ...defined({ ROTATION_KIT_PAYLOAD_TEMPLATE: props.payloadTemplate }),
          ...(address === undefined ? {} : gateway(address)),
        },
      },
    ],
  });
  forgetProviderResource(steps, kind);
  return {
    resource: steps,
    name: Token.asString(steps.interpolationForAttribute("triggers.item")),
    existence: life.id,
    ...defined({
      life:
        props.retain || kind === "target"
          ? undefined
          : {
              step: life,
              // Not named "Identity": the steps exist independently of the provider's resource.
              identity: new NullStep(scope, "LifeIdentity", {
                triggers: { ...identity, ...BEGINNING },
                lifecycle: { ignoreChanges: [IGNORED_BEGINNING] },
              }),
            },
    }),
  };
}

function deleteStep(
  scope: Construct,
  { kind, forceDelete }: OutOfStateProps,
  address: string | undefined,
): LocalExecProvisioner {
  const command = kitCommand(scope);
  if (command.some(isUnknown)) {
    throw new DeclarationError(
      "invalid_declaration",
      "the command of the kit holds a reference, which Terraform allows no step that runs at destruction: give known words",
    ).in(scope);
  }
  return {
    type: "local-exec",
    when: "destroy",
    interpreter: [
      ...command,
      "item",
      "delete",
      "--yes",
      "--kind",
      kind,
      ...(forceDelete ? ["--force"] : []),
      "--",
    ],
    // Terraform lets a step that runs at destruction refer to nothing but its own triggers.
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of Terraform
    command: "${self.triggers.item}",
    environment: address === undefined || isUnknown(address) ? {} : gateway(address),
  };
}

/** Refuses a payload version where it has no effect, and one that cannot be part of a tag. */
export function validatePayloadVersion(
  version: string | undefined,
  realisation: Realisation,
): void {
  if (version === undefined) return;
  const problem =
    realisation === "provider"
      ? "has no effect with the provider, which sends the payload at creation only: leave it out, or choose the realisation out-of-state"
      : isUnknown(version) || PAYLOAD_VERSION.test(version)
        ? undefined
        : "is not possible: allowed are 1 to 32 letters, digits, dots, underscores or hyphens";
  if (problem !== undefined) {
    throw new DeclarationError(
      "invalid_declaration",
      `payloadVersion ${shownValue(version)} ${problem}`,
    );
  }
}

/** One trigger for each setting, by its name; Aspects may still add tags when cdktf synthesizes. */
function settingTriggers({ settings, payloadVersion }: OutOfStateProps): Record<string, string> {
  const names = new Set([...Object.keys(settings()), "tags"]);
  const texts = [...names].map((name): [string, string] => [
    name,
    laterText(() => triggerText(settings()[name])),
  ]);
  return defined({ ...Object.fromEntries(texts), payload_version: payloadVersion });
}

function triggerText(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value !== "object" || (isUnknown(value) && !Array.isArray(value)))
    return textOf(value);
  return holdsUnknown(value) ? jsonExpression(value) : JSON.stringify(value);
}

/** Longest text that Linux hands to a process as one environment variable. */
const MAX_ENVIRONMENT_BYTES = 131_072;

const gateway = (address: string) => ({ AKEYLESS_GATEWAY: address });

/** JSON that a person, and `rotation-kit drift`, can read in cdk.tf.json. */
function document(scope: Construct, declaration: unknown): string {
  const bytes = Buffer.byteLength(JSON.stringify(declaration)) + "ROTATION_KIT_DECLARATION=".length;
  if (bytes >= MAX_ENVIRONMENT_BYTES) {
    throw new DeclarationError(
      "invalid_declaration",
      `the declaration is ${bytes} bytes long, but a step takes at most ${MAX_ENVIRONMENT_BYTES}: shorten it, or let the provider manage it`,
    ).in(scope);
  }
  // The space keeps cdktf's HCL renderer from taking the text for an object.
  return holdsUnknown(declaration)
    ? jsonExpression(declaration)
    : ` ${JSON.stringify(declaration)}`;
}
