import { TerraformResource, TerraformStack } from "cdktf";
import { Construct, type IConstruct, RootConstruct } from "constructs";
import { protectionRenamed } from "./delete-protection.ts";

/**
 * Says that a construct was renamed or moved inside its stack: Terraform then moves everything
 * below it instead of destroying and creating it. Keep the call until every environment has been
 * deployed once with it.
 *
 * @param construct the construct under its new id
 * @param formerPath its ids before, from the stack downwards, separated by slashes
 * @example renamedFrom(secret, "reporting-app-svc")
 */
export function renamedFrom(construct: IConstruct, formerPath: string): void {
  const below = `${construct.node.path}/`;
  for (const resource of construct.node.findAll()) {
    if (!TerraformResource.isTerraformResource(resource)) continue;
    const relative = resource === construct ? "" : resource.node.path.slice(below.length);
    const former = [...formerPath.split("/"), ...relative.split("/")].filter((id) => id !== "");
    const formerName = logicalId(former);
    resource.moveFromId(`${resource.terraformResourceType}.${formerName}`);
    protectionRenamed(resource, formerName);
  }
}

/** The name that cdktf gives a resource at these ids: taken from a tree that has only them. */
function logicalId(ids: readonly string[]): string {
  const stack = new TerraformStack(new RootConstruct(), "stack");
  const parent = ids.slice(0, -1).reduce<Construct>((scope, id) => new Construct(scope, id), stack);
  return new TerraformResource(parent, ids.at(-1) ?? "", { terraformResourceType: "any" })
    .friendlyUniqueId;
}
