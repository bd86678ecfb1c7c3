import { TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";
import { RotatedAppCredential } from "../../constructs/index.ts";
import { asTexts } from "../values.ts";
import { readValue } from "./read-value.ts";

/** What is known about the checks of a stack's secrets, by address. */
export interface Checks {
  /** Secrets that a step of the same deploy rotates once. */
  readonly addresses: ReadonlySet<string>;
  /** Secrets whose declaration leaves that step out. */
  readonly leftOut: ReadonlySet<string>;
}

/** The addresses of the secrets that were declared with `check: false`. */
export function withoutCheck(nodes: readonly IConstruct[]): Set<string> {
  return new Set(
    nodes
      .filter((node) => RotatedAppCredential.isRotatedAppCredential(node))
      .filter(({ check }) => check === undefined)
      .map(({ secret }) => addressOf(secret.resource)),
  );
}

/** Terraform's address of a resource. */
export const addressOf = ({ terraformResourceType, friendlyUniqueId }: TerraformResource): string =>
  `${terraformResourceType}.${friendlyUniqueId}`;

/** The addresses of the secrets that a step of the same deploy rotates once (RotationCheck). */
export function checkedSecrets(nodes: readonly IConstruct[]): Set<string> {
  const steps = nodes
    .filter((node) => TerraformResource.isTerraformResource(node))
    .filter(({ terraformResourceType }) => terraformResourceType === "null_resource")
    .filter(rotatesOnce);
  return new Set(
    steps.flatMap((step) => (step.dependsOn ?? []).flatMap((on) => asTexts(readValue(on, step)))),
  );
}

/** Runs `rotation-kit check --rotate`. */
const rotatesOnce = ({ provisioners }: TerraformResource): boolean =>
  (provisioners ?? []).some(
    (step) =>
      step.type === "local-exec" &&
      ["check", "--rotate"].every((word) => step.interpreter?.includes(word)),
  );
