import { Token } from "cdktf";
import type { Construct } from "constructs";
import { DataRotatedSecret } from "../akeyless/data-rotated-secret.ts";
import type { RotatedSecretCustom } from "../akeyless/rotated-secret-custom.ts";
import { isUnknown } from "./errors.ts";
import { NullStep } from "./null-step.ts";
import { terraformAddress } from "./terraform-address.ts";

/** Id of the data source: Terraform shows it when the value cannot be read, which fails the plan. */
const LIVE_VALUE = "LiveValueMustBeReadable";

const payloadOf = (data: DataRotatedSecret) =>
  `jsondecode(${terraformAddress(data)}.value).value.payload`;

/**
 * The payload of an item that exists, read when a plan is made and marked sensitive. As the value of
 * `custom_payload`, without `ignore_changes`, it is what every update writes back, and Terraform's
 * mark is on it in every plan and state. A value that cannot be read fails the plan.
 */
export function livePayload(scope: Construct, path: string): string {
  return `\${sensitive(${payloadOf(new DataRotatedSecret(scope, LIVE_VALUE, { name: path }))})}`;
}

/**
 * Fails a plan that would write a payload which is not the item's live one, or that would print it.
 *
 * The provider swallows every error in reading a value, keeps the payload that the state had, and
 * writes that with the next update, in spite of `ignore_changes` (measured with 1.11.4 and 2.0.1).
 * So the plan reads the value once more. A data source that refers to the secret would wait for the
 * apply whenever the secret changes: it takes the name from a step that changes with the item's id
 * only, which every plan but the first one knows. The first apply compares after the creation.
 *
 * @param existence the step whose trigger `item` is the secret's id
 * @returns the step that waits for the comparison
 */
export function guardLiveValue(
  scope: Construct,
  secret: RotatedSecretCustom,
  existence: NullStep,
  path: string,
): NullStep {
  const live = new DataRotatedSecret(scope, LIVE_VALUE, {
    name: Token.asString(existence.interpolationForAttribute("triggers.item")),
  });
  const item = isUnknown(path) ? "this item" : path;
  const unmarked = `Terraform's state does not mark the value of ${item} as sensitive, so that this plan would print its password: run rotation-kit state mark, then plan again (docs/guides/secrets-in-terraform.md).`;
  // Terraform shows the values of what a condition names. The loops keep it from naming the payload.
  const each = (condition: string) =>
    `\${alltrue([for secret in [${terraformAddress(secret)}] : ${condition}])}`;
  return new NullStep(scope, "Guard", {
    triggers: { item: path },
    lifecycle: {
      precondition: [
        {
          // A plan for destruction does not look at conditions; an error in one stops it all the same.
          // OpenTofu validates with values that nobody knows, and calls them not sensitive: a comparison
          // with one is not known either, and no error. Terraform shows what is compared, so it is the id.
          condition: each(
            `issensitive(secret.custom_payload) ? true : tobool(secret.id == "" ? "false" : ${JSON.stringify(unmarked)})`,
          ),
          errorMessage: unmarked,
        },
        {
          condition: each(`try(${payloadOf(live)} == secret.custom_payload, false)`),
          errorMessage: `The plan would write a payload over ${item} that is not its live one: the value could not be read when Terraform refreshed its state, or a rotation came in between. Nothing was written. Plan again; where it stays, give the identity that plans the right to read the value (docs/guides/secrets-in-terraform.md).`,
        },
      ],
    },
  });
}
