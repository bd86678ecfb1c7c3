import type { TerraformResource } from "cdktf";

/**
 * The address of a resource as plain text, for `replaceTriggeredBy`: cdktf would render the
 * resource itself as "${...}", which Terraform refuses in JSON at this place.
 */
export const terraformAddress = (resource: TerraformResource): string =>
  `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
