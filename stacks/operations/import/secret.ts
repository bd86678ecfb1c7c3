import { TerraformStack } from "cdktf";
import { RootConstruct } from "constructs";
import { defined } from "../../../common/defined.ts";
import type { Attribute } from "../../attributes/attribute.ts";
import { SECRET_ATTRIBUTES } from "../../attributes/attributes.ts";
import { compare } from "../../attributes/compare.ts";
import { type Item, rotationDetails, targetNames } from "../../attributes/item.ts";
import { withoutMarker } from "../../attributes/payload-marker.ts";
import { plainProperties } from "../../attributes/properties.ts";
import {
  applySettings,
  CustomRotatedSecret,
  type CustomRotatedSecretProps,
  type Realisation,
  RotationPayload,
  WebTarget,
} from "../../constructs/index.ts";
import { literal, type ValueTypes } from "./expression.ts";
import type { ImportedAccount } from "./read.ts";
import { valueTypes } from "./value-types.ts";

/** Properties that are plain data. */
type PlainProps = Omit<CustomRotatedSecretProps, "target" | "payload" | keyof ValueTypes>;

/** How a live item is declared. */
export interface SecretImport {
  readonly plain: PlainProps;
  readonly values: ValueTypes;
  readonly account: ImportedAccount;
  /** Attributes that no property expresses, in the provider's spelling. */
  readonly overrides: readonly (readonly [attribute: string, value: unknown])[];
  /** Attributes that neither a property nor the provider expresses. */
  readonly lost: readonly string[];
}

/** Stands where the payload could not be read; the payload of an imported item is never sent. */
export const UNKNOWN_ACCOUNT: ImportedAccount = { system: "unknown", username: "unknown" };

/**
 * Finds the declaration of a live item: properties first, then an override for each attribute in
 * which the construct, tried out on a stack of its own, would still differ from what is live.
 */
export function importSecret(
  item: Item,
  realisation: Realisation,
  account: ImportedAccount = UNKNOWN_ACCOUNT,
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
      .filter((attribute) => canOverride(attribute, realisation))
      .map(({ name, kind, live }) => [name, kind.wire(live?.(item))] as const),
    lost: attributes
      .filter((attribute) => !canOverride(attribute, realisation))
      .map(({ name }) => name),
  };
}

/** Steps have no attributes to override, and the provider lacks some of the API's. */
function canOverride(attribute: Attribute<Item>, realisation: Realisation): boolean {
  return realisation === "provider" && attribute.type !== null;
}

function plainProps(item: Item, realisation: Realisation): PlainProps {
  const tags = withoutMarker(item.item_tags ?? []).sort();
  const attributes = SECRET_ATTRIBUTES.filter(
    ({ type }) => realisation === "out-of-state" || type !== null,
  );
  return {
    name: item.item_name,
    ...(plainProperties(attributes, item) as Partial<PlainProps>),
    ...defined({
      tags: tags.length > 0 ? tags : undefined,
      adoptExisting: realisation === "provider" ? true : undefined,
    }),
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
    name: literal(plain.name),
    target: WebTarget.fromName(stack, "target", literal(targetName)),
    payload: new RotationPayload(account),
    schedule: values.schedule.value,
    ...defined({
      passwordPolicy: values.passwordPolicy?.value,
      secureRemoteAccess: values.secureRemoteAccess?.value,
    }),
  });
  return secret.describe().settings;
}

/** Settings under which the declaration means what is live, whatever the environment says. */
export function importSettings(item: Item | undefined, realisation: Realisation) {
  const inMinutes = item ? rotationDetails(item).rotation_interval_min : false;
  return {
    intervalUnit: inMinutes ? "minutes" : "days",
    secureRemoteAccessStage: "enabled",
    ...defined({ realisation: realisation === "out-of-state" ? realisation : undefined }),
  } as const;
}
