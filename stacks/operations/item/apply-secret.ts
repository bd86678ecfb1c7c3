import { defined } from "../../../common/defined.ts";
import { KitError } from "../../../common/errors/kit-error.ts";
import { SECRET_ATTRIBUTES } from "../../attributes/attributes.ts";
import { compare, type ItemSettings, unseen } from "../../attributes/compare.ts";
import { type Item, isCustomRotatedSecret, targetNames } from "../../attributes/item.ts";
import { path } from "../../attributes/kinds.ts";
import {
  payloadMarker,
  sentPayloadVersions,
  withoutMarker,
} from "../../attributes/payload-marker.ts";
import type { DeclaredSecret } from "../../declaration/declaration.ts";
import type { Fields, Gateway } from "../../gateway/client.ts";
import { confirmApplied } from "./confirm.ts";
import { listedFields, requestFields } from "./fields.ts";
import { ifFound } from "./find.ts";
import type { Applied } from "./outcome.ts";

/** The version of a payload for which none is declared. */
const FIRST_VERSION = "1";

/**
 * Makes a custom rotated secret what was declared. May be repeated at any time: the item is looked
 * at first, and only what differs leads to a request.
 *
 * The payload is sent when the item is created, and later only when the item carries the mark of
 * another payload version. An item without a mark was made by somebody else (the Terraform
 * provider, the console): it is adopted with the value it has. `payload` is called only when it
 * is needed, so that what it is made of may be gone after the first time.
 */
export async function applySecret(
  gateway: Gateway,
  declaration: DeclaredSecret,
  payload: () => string | undefined,
): Promise<Applied> {
  const { name, scope } = declaration;
  const item = await ifFound(gateway.describeItem(name), "item_not_found");
  if (item) {
    refuseForeign(item, declaration);
    return scope === "listed"
      ? applyListed(gateway, declaration, item)
      : update(gateway, declaration, item, payload);
  }
  if (scope === "listed") {
    throw new KitError("item_not_found.listed", { name });
  }
  return create(gateway, declaration, payload);
}

async function create(
  gateway: Gateway,
  { name, settings, payload_version }: DeclaredSecret,
  payload: () => string | undefined,
): Promise<Applied> {
  const bootstrap = payload();
  if (bootstrap === undefined) {
    throw new KitError("payload_missing", { name });
  }
  await gateway.createSecret(name, {
    ...requestFields(SECRET_ATTRIBUTES, settings, "create"),
    tags: [...declaredTags(settings), payloadMarker(payload_version ?? FIRST_VERSION)],
    "custom-payload": bootstrap,
  });
  // Some settings are taken by the update request only.
  if (SECRET_ATTRIBUTES.some(({ sentOn, name }) => sentOn === "update" && settings[name] != null)) {
    await gateway.updateSecret(name, requestFields(SECRET_ATTRIBUTES, settings, "update"));
  }
  return { kind: "secret", name, outcome: "created", payload_sent: true, changed: [] };
}

async function update(
  gateway: Gateway,
  { name, settings, payload_version }: DeclaredSecret,
  item: Item,
  payload: () => string | undefined,
): Promise<Applied> {
  const sent = sentPayloadVersions(item.item_tags ?? []);
  const version = payload_version ?? sent[0] ?? FIRST_VERSION;
  const isMarked = sent.includes(version);
  const payload_sent = sent.length > 0 && !isMarked;
  const bootstrap = payload_sent ? payload() : undefined;
  if (payload_sent && bootstrap === undefined) {
    throw new KitError("payload_missing.version", {
      name,
      version,
      before: sent.join(", "),
    });
  }
  const changed = [
    ...compare(SECRET_ATTRIBUTES, settings, item).map(({ attribute }) => attribute),
    ...unseen(SECRET_ATTRIBUTES, settings, item),
  ];
  const step = { kind: "secret", name, payload_sent, changed } as const;
  if (changed.length === 0 && isMarked) return { ...step, outcome: "unchanged" };
  await gateway.updateSecret(name, {
    ...requestFields(SECRET_ATTRIBUTES, settings, "update"),
    ...tagChanges(item, [
      ...declaredTags(settings),
      ...markers(item),
      ...(isMarked ? [] : [payloadMarker(version)]),
    ]),
    ...defined({ "custom-payload": payload_sent ? bootstrap : undefined }),
  });
  confirmApplied(name, compare(SECRET_ATTRIBUTES, settings, await gateway.describeItem(name)));
  return { ...step, outcome: "updated" };
}

async function applyListed(
  gateway: Gateway,
  { name, settings }: DeclaredSecret,
  item: Item,
): Promise<Applied> {
  const listed = SECRET_ATTRIBUTES.filter((attribute) => settings[attribute.name] != null);
  const changed = [
    ...compare(listed, settings, item).map(({ attribute }) => attribute),
    ...unseen(listed, settings, item),
  ];
  const step = { kind: "secret", name, payload_sent: false, changed } as const;
  if (changed.length === 0) return { ...step, outcome: "unchanged" };
  await gateway.updateSecret(name, {
    ...listedFields(listed, settings),
    ...(settings.tags != null && tagChanges(item, [...declaredTags(settings), ...markers(item)])),
  });
  confirmApplied(name, compare(listed, settings, await gateway.describeItem(name)));
  return { ...step, outcome: "updated" };
}

function refuseForeign(item: Item, { name, settings }: DeclaredSecret): void {
  if (!isCustomRotatedSecret(item)) {
    throw new KitError("item_not_custom", { name });
  }
  const declared = path.canonical(settings.target_name);
  const live = path.canonical(targetNames(item)[0]);
  if (declared !== undefined && live !== undefined && declared !== live) {
    throw new KitError("target_fixed", { name, live, declared });
  }
}

/** The fields of an update that gives an item exactly these tags. */
export function tagChanges(item: Item, wanted: readonly string[]): Fields {
  const live = item.item_tags ?? [];
  const added = wanted.filter((tag) => !live.includes(tag));
  const removed = live.filter((tag) => !wanted.includes(tag));
  return {
    ...defined({
      "add-tag": added.length > 0 ? added : undefined,
      "rm-tag": removed.length > 0 ? removed : undefined,
    }),
  };
}

/** The tags that were declared. */
export function declaredTags(settings: ItemSettings): string[] {
  return Array.isArray(settings.tags) ? settings.tags.map(String) : [];
}

/** The tags of an item that the kit itself has set. */
export function markers(item: Item): string[] {
  const tags = item.item_tags ?? [];
  const own = new Set(withoutMarker(tags));
  return tags.filter((tag) => !own.has(tag));
}
