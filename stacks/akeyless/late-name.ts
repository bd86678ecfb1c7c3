import type { TerraformElement } from "cdktf";
import { KitError } from "../../common/errors/kit-error.ts";

/**
 * Refuses a name that cdktf would ignore without a word, because the construct's other parts refer to
 * the element by its first name already. To be called after `overrideLogicalId`.
 *
 * @throws KitError `invalid_declaration`
 */
export function refuseLateName(element: TerraformElement, name: string): void {
  const { node, friendlyUniqueId: first } = element;
  if (first === name) return;
  throw new KitError("invalid_declaration", {
    problem: `${node.path}: overrideLogicalId(${JSON.stringify(name)}) comes too late, because other parts of the construct refer to ${first} already: give the construct another id, and where Terraform's state has the resource under another name, call moveFromId`,
  });
}
