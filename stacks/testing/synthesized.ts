import { TerraformStack, Testing } from "cdktf";
import { terraformName } from "../attributes/attribute.ts";

/** A stack, or what `Testing.synth` made of one. */
export type StackOrJson = TerraformStack | string;

/** A class of a provider binding, or the name of the resource type. */
export type ResourceType = { readonly tfResourceType: string } | string;

/** The attributes of one resource, data source, provider or output, as Terraform reads them. */
export type SynthesizedAttributes = Readonly<Record<string, unknown>>;

/** One section of cdk.tf.json, such as `resource` or `output`. */
export function section(received: StackOrJson, name: string): Record<string, unknown> {
  const text =
    received instanceof TerraformStack ? Testing.synth(received, true) : String(received);
  const stack = JSON.parse(text) as Record<string, Record<string, unknown> | undefined>;
  return stack[name] ?? {};
}

/** All instances of a type in a section, by their name in Terraform. */
export function instances(
  received: StackOrJson,
  name: string,
  type: ResourceType,
): [name: string, attributes: SynthesizedAttributes][] {
  const found = section(received, name)[typeName(type)] ?? {};
  return Object.entries(found as Record<string, SynthesizedAttributes>);
}

/** The name of a resource type in Terraform. */
export const typeName = (type: ResourceType): string =>
  typeof type === "string" ? type : type.tfResourceType;

/** Expected properties in Terraform's spelling: `rotationInterval` means `rotation_interval`. */
export const inTerraformSpelling = (properties: SynthesizedAttributes): SynthesizedAttributes =>
  Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [terraformName(name), value]),
  );
