import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { defined } from "../../common/defined.ts";
import { laterText } from "../akeyless/token.ts";
import { CustomRotatedSecret } from "./custom-rotated-secret.ts";
import type { ICustomRotatedSecret } from "./custom-rotated-secret-props.ts";
import {
  checkedFor,
  DeclarationError,
  isUnknown,
  refuseReferences,
  shownValue,
  validateChoices,
} from "./errors.ts";
import { declarationFingerprint } from "./fingerprint.ts";
import { GatewayProvider, validateGatewayAddress } from "./gateway-provider.ts";
import { jsonExpression } from "./json-expression.ts";
import { mark } from "./kind.ts";
import { kitCommand } from "./kit-command.ts";
import { NullStep } from "./null-step.ts";
import { withNumbersInTexts } from "./numbers-in-texts.ts";

/** Properties of {@link RotationCheck}. */
export interface RotationCheckProps {
  /** The secret to check; of one that is declared elsewhere only the rotation can be checked. */
  readonly secret: ICustomRotatedSecret;
  /**
   * Rotate once before checking; without it the last rotation is judged.
   * @default true
   */
  readonly rotate?: boolean | undefined;
  /**
   * Seconds that the rotator allows itself for one rotation; the secret must allow more.
   * @default - as the target's rotator configuration says, else not compared
   */
  readonly rotatorBudgetSec?: number | undefined;
  /**
   * API address of the gateway. Credentials always come from the environment in which Terraform
   * runs (AKEYLESS_ACCESS_ID, AKEYLESS_ACCESS_KEY or AKEYLESS_AUTH_TOKEN).
   * @default - the address of the stack's GatewayProvider, else AKEYLESS_GATEWAY of that environment
   */
  readonly gatewayUrl?: string | undefined;
  /**
   * The command that starts `rotation-kit`, as words without a shell.
   * @default - as the settings say (`kitCommand`)
   */
  readonly command?: readonly string[] | undefined;
}

/** Attributes that neither the rotator nor the gateway acts on. */
const FOR_PEOPLE = ["description", "tags", "item_custom_fields"];

/**
 * Proves after a deploy that the secret rotates: `rotation-kit check` brings the payload to what is
 * declared, keeping the live password, rotates the secret once and compares the item with its
 * declaration. A finding fails the apply with the item's own error. The check runs again only when
 * something changed on which it depends, or after it failed; a tag or a description is not such.
 *
 * @example new RotationCheck(stack, "check", { secret })
 */
export class RotationCheck extends Construct {
  constructor(scope: Construct, id: string, given: RotationCheckProps) {
    super(scope, id);
    mark(this, "RotationCheck");
    const props = withNumbersInTexts(given);
    const { secret, rotate = true } = props;
    checkedFor(this, () => {
      refuseReferences({ secret });
      validateChoices({ rotate }, { rotate: [true, false] });
      validateGatewayAddress(props.gatewayUrl);
    });
    const declared = CustomRotatedSecret.isCustomRotatedSecret(secret) ? secret : undefined;
    const rotatorBudgetSec = props.rotatorBudgetSec ?? declared?.target.rotator?.budgetSec;
    // Not a count: a budget may be 2.5 seconds.
    if (rotatorBudgetSec !== undefined && !isUnknown(rotatorBudgetSec) && !(rotatorBudgetSec > 0)) {
      throw new DeclarationError(
        "invalid_declaration",
        `rotatorBudgetSec is ${shownValue(rotatorBudgetSec)}; allowed are seconds, more than 0`,
      ).in(this);
    }
    const gatewayUrl = props.gatewayUrl ?? GatewayProvider.of(this)?.address;
    // Aspects may still add tags, so both are made when cdktf synthesizes.
    const expectation = (description = declared?.describe()) => {
      return defined({
        interval_unit: description?.intervalUnit,
        rotator_budget_sec: rotatorBudgetSec,
        settings: description?.settings,
      });
    };
    // A change that only people read does not need a rotation.
    const declaration = () => {
      const description = declared?.describe();
      const { settings, ...further } = expectation(description);
      const telling = Object.entries(settings ?? {}).filter(([name]) => !FOR_PEOPLE.includes(name));
      return declarationFingerprint([
        { ...further, settings: Object.fromEntries(telling) },
        description?.payload ?? null,
        declared?.target.targetUrl ?? null,
      ]);
    };
    // The reference to its existence orders stacks; cdktf would hand over all of a resource that a
    // step of another stack waits for, with the payload.
    const waitsFor = declared?.ready.filter((one) => one.cdktfStack === TerraformStack.of(this));
    const check = new NullStep(this, "Resource", {
      ...defined({ dependsOn: waitsFor?.length ? waitsFor : undefined }),
      triggers: {
        item: secret.rotatedSecretName,
        // A new item under the old name needs its own proof.
        ...defined({ existence: declared?.existence }),
        declaration: laterText(declaration),
      },
      provisioners: [
        {
          type: "local-exec",
          // The item's name is an argument of its own: no shell ever reads it.
          interpreter: [
            ...kitCommand(this, props.command),
            "check",
            ...(rotate ? ["--rotate"] : []),
            "--item",
          ],
          command: secret.itemPath,
          environment: {
            // Terraform writes the JSON: cdktf's HCL renderer would print a JSON text as an object.
            ROTATION_KIT_EXPECT: laterText(() => jsonExpression(expectation())),
            ...defined({
              ROTATION_KIT_PAYLOAD_TEMPLATE:
                declared && rotate ? declared.payloadTemplate() : undefined,
              AKEYLESS_GATEWAY: gatewayUrl,
            }),
          },
        },
      ],
    });
    this.node.defaultChild = check;
  }
}
