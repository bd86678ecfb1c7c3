import { TerraformDataSource, type TerraformResource } from "cdktf";

/**
 * The address of a resource or data source as plain text: for `replaceTriggeredBy`, where cdktf would
 * render the resource itself as "${...}", which Terraform refuses in JSON at this place.
 */
export function terraformAddress(element: TerraformResource | TerraformDataSource): string {
  const { terraformResourceType, friendlyUniqueId } = element;
  const address = `${terraformResourceType}.${friendlyUniqueId}`;
  return TerraformDataSource.isTerraformDataSource(element) ? `data.${address}` : address;
}
