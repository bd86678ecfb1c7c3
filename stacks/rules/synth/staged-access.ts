import type { IConstruct } from "constructs";
import { CustomRotatedSecret } from "../../constructs/index.ts";
import type { Attributes, Resource } from "../model.ts";
import { addressOf } from "./checked-secrets.ts";
import { readSettings } from "./read-value.ts";

/**
 * Secrets whose Secure Remote Access is staged, with the settings that it is going to have: what is
 * wrong with them is told now, and not when it is switched on.
 */
export function withStagedAccess(
  resources: readonly Resource[],
  nodes: readonly IConstruct[],
): Resource[] {
  const staged = new Map(nodes.flatMap(stagedAccess));
  return resources.map((resource) => {
    const access = staged.get(resource.address);
    if (access === undefined) return resource;
    return { ...resource, attributes: { ...resource.attributes, ...access }, accessStaged: true };
  });
}

function stagedAccess(node: IConstruct): [address: string, Attributes][] {
  if (!CustomRotatedSecret.isCustomRotatedSecret(node)) return [];
  const access = node.stagedAccess();
  return access === undefined ? [] : [[addressOf(node.resource), readSettings(access, node)]];
}
