import { TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";
import { texts } from "../values.ts";
import { readValue } from "./read-value.ts";

/** The addresses of the secrets that a step of the same deploy rotates once (RotationCheck). */
export function checkedSecrets(nodes: readonly IConstruct[]): Set<string> {
  const steps = nodes
    .filter((node) => TerraformResource.isTerraformResource(node))
    .filter(({ terraformResourceType }) => terraformResourceType === "null_resource")
    .filter(rotatesOnce);
  return new Set(
    steps.flatMap((step) => (step.dependsOn ?? []).flatMap((on) => texts(readValue(on, step)))),
  );
}

/** Runs `rotation-kit check --rotate`. */
const rotatesOnce = ({ provisioners }: TerraformResource): boolean =>
  (provisioners ?? []).some(
    (step) =>
      step.type === "local-exec" &&
      ["check", "--rotate"].every((word) => step.interpreter?.includes(word)),
  );
