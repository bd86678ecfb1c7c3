import type { TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";
import { defined } from "../../../common/defined.ts";
import { CustomRotatedSecret, WebTarget } from "../../constructs/index.ts";
import type { PayloadFacts } from "../evidence/payload.ts";
import { type Resource, SECRET_TYPE, TARGET_TYPE } from "../model.ts";
import { addressOf, type Checks } from "./checked-secrets.ts";
import type { DeclaredPayloadReader } from "./payload-reader.ts";
import { readSettings } from "./read-value.ts";

/**
 * Reads the secrets and Web Targets that are managed by steps of the kit instead of a resource of
 * the provider: the same rules judge them.
 */
export function collectOutOfState(
  nodes: readonly IConstruct[],
  payloads: DeclaredPayloadReader,
  checked: Checks,
): Resource[] {
  return nodes.flatMap((node) => {
    if (WebTarget.isWebTarget(node) && isStep(node.resource)) return [readTarget(node)];
    if (CustomRotatedSecret.isCustomRotatedSecret(node) && isStep(node.resource)) {
      return [readSecret(node, payloads, checked)];
    }
    return [];
  });
}

const isStep = ({ terraformResourceType }: TerraformResource): boolean =>
  terraformResourceType === "null_resource";

function readTarget({ resource, targetPath: name, targetUrl, node }: WebTarget): Resource {
  return {
    address: addressOf(resource),
    type: TARGET_TYPE,
    path: node.path,
    change: "declared",
    attributes: { name, ...readSettings({ url: targetUrl }, resource) },
    references: {},
  };
}

function readSecret(
  secret: CustomRotatedSecret,
  payloads: DeclaredPayloadReader,
  checked: Checks,
): Resource {
  const { item, settings, intervalUnit } = secret.describe();
  const payload = payloadOf(secret.resource, payloads);
  return {
    address: addressOf(secret.resource),
    type: SECRET_TYPE,
    path: secret.node.path,
    change: "declared",
    attributes: { ...readSettings(settings, secret), name: item },
    ...defined({ payload }),
    references: {},
    intervalUnit,
    rotationChecked: checked.addresses.has(addressOf(secret.resource)),
    ...defined({
      checkLeftOut: checked.leftOut.has(addressOf(secret.resource)) ? true : undefined,
    }),
    outOfState: true,
  };
}

/** What the step is given as bootstrap payload. No state or plan ever shows what it becomes. */
function payloadOf(
  step: TerraformResource,
  payloads: DeclaredPayloadReader,
): PayloadFacts | undefined {
  for (const provisioner of step.provisioners ?? []) {
    if (provisioner.type !== "local-exec") continue;
    const facts = payloads.read(provisioner.environment?.ROTATION_KIT_PAYLOAD_TEMPLATE);
    if (facts !== undefined) return { ...facts, sensitive: undefined };
  }
  return undefined;
}
