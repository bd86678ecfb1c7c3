import { TerraformBackend, TerraformProvider, TerraformResource, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { namesCredential } from "../../../common/credential.ts";
import { defined } from "../../../common/defined.ts";
import { chosenIntervalUnit } from "../../constructs/settings.ts";
import {
  type Attributes,
  type Backend,
  type Deployment,
  type ProviderUse,
  type Resource,
  SECRET_TYPE,
  TARGET_TYPE,
  type Value,
} from "../model.ts";
import { asTexts } from "../values.ts";
import { type Checks, checkedSecrets, withoutCheck } from "./checked-secrets.ts";
import { collectOutOfState } from "./collect-out-of-state.ts";
import { DeclaredPayloadReader } from "./payload-reader.ts";
import { readValue, resolved } from "./read-value.ts";
import { withStagedAccess } from "./staged-access.ts";

/** Arguments that every resource of Terraform has; they are not attributes of the provider. */
const META = new Set(["//", "connection", "count", "depends_on", "for_each", "lifecycle"]);
META.add("provider").add("provisioner").add("custom_payload");

/** Reads what a stack declares of Akeyless, with overrides, as cdktf is going to write it. */
export function collectDeployment(stack: TerraformStack): Deployment {
  const nodes = stack.node.findAll().filter((node) => TerraformStack.of(node) === stack);
  const payloads = new DeclaredPayloadReader(stack, nodes);
  const checked = { addresses: checkedSecrets(nodes), leftOut: withoutCheck(nodes) };
  const resources = nodes
    .filter((node) => TerraformResource.isTerraformResource(node))
    .filter(({ terraformResourceType: type }) => type === SECRET_TYPE || type === TARGET_TYPE)
    .map((resource) => readResource(resource, payloads, checked));
  const providers = nodes
    .filter((node): node is TerraformProvider => node instanceof TerraformProvider)
    .filter(({ terraformResourceType }) => terraformResourceType === "akeyless")
    .map(readProvider);
  return {
    resources: withStagedAccess(
      [...resources, ...collectOutOfState(nodes, payloads, checked)],
      nodes,
    ),
    providers,
    backend: readBackend(nodes),
  };
}

function readResource(
  resource: TerraformResource,
  payloads: DeclaredPayloadReader,
  checked: Checks,
): Resource {
  const { terraformResourceType: type, friendlyUniqueId, node } = resource;
  const address = `${type}.${friendlyUniqueId}`;
  const json = resource.toTerraform();
  const block: Record<string, unknown> = json.resource?.[type]?.[friendlyUniqueId] ?? {};
  const payload = payloads.read(block.custom_payload);
  const intervalUnit = chosenIntervalUnit(node);
  return {
    address,
    type,
    path: node.path,
    change: "declared",
    attributes: readAttributes(block, resource),
    ...defined({ payload }),
    ignoresChanges: ignoredChanges(block.lifecycle, resource),
    references: { target_name: referencedTargets(block.target_name, resource) },
    ...defined({ intervalUnit }),
    rotationChecked: checked.addresses.has(address),
    ...defined({
      checkLeftOut: checked.leftOut.has(address) ? true : undefined,
      adoption: json.import === undefined ? undefined : "declared",
    }),
  };
}

/** cdktf keeps the state in a file where no backend is declared. */
function readBackend(nodes: readonly IConstruct[]): Backend {
  const backend = nodes.find((node) => TerraformBackend.isBackend(node));
  if (backend === undefined) return { type: "local", attributes: {} };
  const json: Record<string, unknown> = backend.toTerraform().terraform ?? {};
  const [[type, block] = ["cloud", json.cloud]] = Object.entries(json.backend ?? {});
  const attributes = readValue(block, backend);
  return {
    type,
    path: backend.node.path,
    attributes: typeof attributes === "object" ? (attributes as Attributes) : {},
  };
}

function readAttributes(block: Record<string, unknown>, scope: IConstruct): Attributes {
  const attributes: Record<string, Attributes[string]> = {};
  for (const [name, value] of Object.entries(block)) {
    const read = META.has(name) ? undefined : readValue(value, scope);
    if (read !== undefined) attributes[name] = read;
  }
  return attributes;
}

function ignoredChanges(lifecycle: unknown, scope: IConstruct): string[] {
  const read = readValue(lifecycle, scope);
  return typeof read === "object" && read !== null && "ignore_changes" in read
    ? asTexts(read.ignore_changes)
    : [];
}

function referencedTargets(value: unknown, scope: IConstruct): string[] {
  const text = resolved(value, scope);
  return typeof text === "string" ? (text.match(/\bakeyless_target_web\.[\w-]+/g) ?? []) : [];
}

function readProvider(provider: TerraformProvider): ProviderUse {
  const { terraformResourceType: type, terraformGeneratorMetadata, alias } = provider;
  const version = terraformGeneratorMetadata?.providerVersionConstraint;
  const blocks: Record<string, unknown>[] = provider.toTerraform().provider?.[type] ?? [];
  const gateway = readValue(blocks[0]?.api_gateway_address, provider);
  const secretsInClear = loginInClear(blocks[0] ?? {}, provider);
  return {
    address: alias === undefined ? type : `${type}.${alias}`,
    path: provider.node.path,
    ...defined({
      version,
      gateway,
      secretsInClear: secretsInClear.length > 0 ? secretsInClear : undefined,
    }),
  };
}

/** Arguments of the login blocks that are credentials and no references. */
function loginInClear(block: Record<string, unknown>, scope: IConstruct): string[] {
  return Object.entries(block).flatMap(([name, value]) => {
    if (!name.endsWith("_login")) return [];
    const read = readValue(value, scope);
    const blocks: readonly Value[] = Array.isArray(read) ? read : [read];
    return blocks.flatMap((login) =>
      Object.entries(typeof login === "object" && login !== null ? login : {})
        .filter(([argument, given]) => namesCredential(argument) && typeof given === "string")
        .map(([argument]) => `${name}.${argument}`),
    );
  });
}
