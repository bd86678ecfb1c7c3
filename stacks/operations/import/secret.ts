import { TerraformStack } from "cdktf";
import { RootConstruct } from "constructs";
import { SECRET_ATTRIBUTES, targetNames } from "../../attributes/attributes.ts";
import { compare } from "../../attributes/compare.ts";
import {
  applySettings,
  CustomRotatedSecret,
  type CustomRotatedSecretProps,
  type Realisation,
  RotationPayload,
  WebTarget,
} from "../../constructs/index.ts";
import { withoutMarker } from "../../declaration/payload-marker.ts";
import { type Item, rotationDetails } from "../../gateway/item.ts";
import type { ValueTypes } from "./expression.ts";
import type { Account } from "./read.ts";
import { valueTypes } from "./value-types.ts";

/** Properties that are plain data. */
type PlainProps = Omit<CustomRotatedSecretProps, "target" | "payload" | keyof ValueTypes>;

/** How a live item is declared. */
export interface SecretImport {
  readonly plain: PlainProps;
  readonly values: ValueTypes;
  readonly account: Account;
  /** Attributes that no property expresses, in the provider's spelling. */
  readonly overrides: readonly (readonly [attribute: string, value: unknown])[];
  /** Attributes that neither a property nor the provider expresses. */
  readonly lost: readonly string[];
}

/** Stands where the payload could not be read; the payload of an imported item is never sent. */
export const UNKNOWN_ACCOUNT: Account = { system: "unknown", username: "unknown" };

/**
 * Finds the declaration of a live item: properties first, then an override for each attribute in
 * which the construct, tried out on a stack of its own, would still differ from what is live.
 */
export function importSecret(
  item: Item,
  realisation: Realisation,
  account: Account = UNKNOWN_ACCOUNT,
): SecretImport {
  const plain = plainProps(item, realisation);
  const values = valueTypes(item);
  const declared = tryOut(item, { plain, values, account, realisation });
  const left = compare(SECRET_ATTRIBUTES, declared, item).map(({ attribute }) => attribute);
  const attributes = SECRET_ATTRIBUTES.filter(({ name }) => left.includes(name));
  return {
    plain,
    values,
    account,
    overrides: attributes
      .filter(({ name }) => canOverride(name, realisation))
      .map(({ name, kind, live }) => [name, kind.wire(live?.(item))] as const),
    lost: left.filter((name) => !canOverride(name, realisation)),
  };
}

/** Steps have no attributes to override, and the provider lacks one of the API's. */
function canOverride(attribute: string, realisation: Realisation): boolean {
  return realisation === "provider" && attribute !== "lock_during_sra_session";
}

function plainProps(item: Item, realisation: Realisation): PlainProps {
  const locks = item.item_general_info?.secure_remote_access_details?.lock_during_sra_session;
  const details = rotationDetails(item);
  const tags = withoutMarker(item.item_tags ?? []).sort();
  const fields = (item.item_custom_fields_details ?? []).flatMap(({ name, value }) =>
    name && value ? [[name, value] as const] : [],
  );
  return {
    name: item.item_name,
    ...(item.item_metadata ? { description: item.item_metadata } : {}),
    ...(tags.length > 0 ? { tags } : {}),
    ...(item.protection_key_name ? { key: item.protection_key_name } : {}),
    ...(details.rotator_creds_type === "use-target-creds"
      ? { authenticationCredentials: "use-target-creds" }
      : {}),
    ...(details.timeout_seconds ? { timeoutSec: details.timeout_seconds } : {}),
    ...(details.max_versions ? { maxVersions: details.max_versions } : {}),
    ...(fields.length > 0 ? { customFields: Object.fromEntries(fields) } : {}),
    deleteProtection: item.delete_protection ?? false,
    ...(realisation === "provider" && { adoptExisting: true }),
    ...(realisation === "out-of-state" && locks && { lockDuringSession: true }),
  };
}

function tryOut(
  item: Item,
  {
    plain,
    values,
    account,
    realisation,
  }: Omit<SecretImport, "overrides" | "lost"> & {
    realisation: Realisation;
  },
) {
  const stack = new TerraformStack(new RootConstruct(), "tried-out");
  applySettings(stack, importSettings(item, realisation));
  const [targetName = "/unknown"] = targetNames(item);
  const secret = new CustomRotatedSecret(stack, "secret", {
    ...plain,
    target: WebTarget.fromName(stack, "target", targetName),
    payload: new RotationPayload(account),
    schedule: values.schedule.value,
    ...(values.passwordPolicy && { passwordPolicy: values.passwordPolicy.value }),
    ...(values.secureRemoteAccess && { secureRemoteAccess: values.secureRemoteAccess.value }),
  });
  return secret.describe().settings;
}

/** Settings under which the declaration means what is live, whatever the environment says. */
export function importSettings(item: Item | undefined, realisation: Realisation) {
  const inMinutes = item ? rotationDetails(item).rotation_interval_min : false;
  return {
    intervalUnit: inMinutes ? "minutes" : "days",
    secureRemoteAccessStage: "enabled",
    ...(realisation === "out-of-state" && { realisation }),
  } as const;
}
