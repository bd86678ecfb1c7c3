import { withoutMarker } from "../declaration/payload-marker.ts";
import { type Item, rotationDetails, type Target } from "../gateway/item.ts";
import * as kinds from "./kinds.ts";

/**
 * One setting of a custom rotated secret (`Live` = {@link Item}) or a Web Target: its names, and
 * where the API shows its live value.
 */
export interface Attribute<Live> {
  /** Name in the Terraform provider's schema, and in every declaration of this project. */
  readonly name: string;
  /** Name in the API's create and update requests. */
  readonly field: string;
  readonly kind: kinds.ValueKind;
  /** The live value; absent where no answer of the API shows it. */
  readonly live?: (live: Live) => unknown;
  /**
   * What it means that a declaration does not name it: `off` = it must not be set, `server` =
   * Akeyless chooses (an account default), so any live value is right.
   */
  readonly undeclared: "off" | "server";
  /** Whether the Terraform provider reads it back, so that a plan shows its drift. */
  readonly seenByProvider: boolean;
  /** `create` = only the create request takes it; a change needs a new item. */
  readonly sentOn: "create" | "update" | "both";
}

const policy = (item: Item) => item.item_general_info?.password_policy;
const access = (item: Item) => item.item_general_info?.secure_remote_access_details;

/** Most attributes: text, sent on create and update, to be off when not declared. */
function attribute<Live>(
  name: string,
  live: ((live: Live) => unknown) | undefined,
  options: Partial<Omit<Attribute<Live>, "name" | "live">> = {},
): Attribute<Live> {
  return {
    name,
    field: name.replaceAll("_", "-"),
    kind: kinds.text,
    undeclared: "off",
    seenByProvider: false,
    sentOn: "both",
    ...(live && { live }),
    ...options,
  };
}

const SECONDS_PER_DAY = 86_400;

/**
 * Every setting of a custom rotated secret except its name and its payload (API of SDK 5.0.23,
 * provider 2.x). What the provider reads back was read in its source.
 */
export const SECRET_ATTRIBUTES: readonly Attribute<Item>[] = [
  attribute("target_name", (item) => targetNames(item)[0], {
    kind: kinds.path,
    seenByProvider: true,
    sentOn: "create",
  }),
  attribute("description", (item) => item.item_metadata, { seenByProvider: true }),
  attribute("key", (item) => item.protection_key_name, {
    kind: kinds.path,
    undeclared: "server",
    seenByProvider: true,
  }),
  attribute("tags", (item) => withoutMarker(item.item_tags ?? []), {
    kind: kinds.list,
    seenByProvider: true,
  }),
  attribute("item_custom_fields", customFields, { kind: kinds.map }),
  attribute("delete_protection", (item) => item.delete_protection, {
    kind: kinds.flagText,
    // One of the few names that the API spells with an underscore.
    field: "delete_protection",
  }),
  attribute("max_versions", (item) => rotationDetails(item).max_versions, {
    kind: kinds.numberText,
    undeclared: "server",
  }),
  attribute("keep_prev_version", undefined, { undeclared: "server", sentOn: "update" }),
  attribute("authentication_credentials", (item) => rotationDetails(item).rotator_creds_type, {
    kind: kinds.credentialsMode,
    undeclared: "server",
  }),
  attribute("timeout_sec", (item) => rotationDetails(item).timeout_seconds, {
    kind: kinds.number,
    undeclared: "server",
  }),

  attribute("auto_rotate", (item) => item.auto_rotate, {
    kind: kinds.flagText,
    seenByProvider: true,
  }),
  attribute("rotation_interval", (item) => item.rotation_interval, {
    kind: kinds.numberText,
    undeclared: "server",
    seenByProvider: true,
  }),
  attribute("rotation_hour", (item) => rotationDetails(item).rotation_hour, {
    kind: kinds.number,
    undeclared: "server",
    seenByProvider: true,
  }),
  attribute("rotation_event_in", eventDays, { kind: kinds.list }),

  attribute("enable_password_policy", (i) => rotationDetails(i).enable_custom_password_policy, {
    kind: kinds.flagText,
  }),
  attribute("password_length", (item) => policy(item)?.password_length, {
    kind: kinds.numberText,
    undeclared: "server",
  }),
  attribute("use_capital_letters", (item) => policy(item)?.use_capital_letters, {
    kind: kinds.flagText,
    undeclared: "server",
  }),
  attribute("use_lower_letters", (item) => policy(item)?.use_lower_letters, {
    kind: kinds.flagText,
    undeclared: "server",
  }),
  attribute("use_numbers", (item) => policy(item)?.use_numbers, {
    kind: kinds.flagText,
    undeclared: "server",
  }),
  attribute("use_special_characters", (item) => policy(item)?.use_special_characters, {
    kind: kinds.flagText,
    undeclared: "server",
  }),

  attribute("secure_access_enable", (item) => access(item)?.enable, { kind: kinds.flagText }),
  attribute("secure_access_host", (item) => access(item)?.host, { kind: kinds.list }),
  attribute("secure_access_url", (item) => access(item)?.url),
  attribute("secure_access_web", (item) => access(item)?.is_web, { kind: kinds.flag }),
  attribute("secure_access_web_browsing", (item) => access(item)?.isolated, { kind: kinds.flag }),
  attribute("secure_access_web_proxy", (item) => access(item)?.web_proxy, { kind: kinds.flag }),
  attribute("secure_access_certificate_issuer", (item) => access(item)?.bastion_issuer, {
    kind: kinds.path,
  }),
  attribute("secure_access_ssh_user", (item) => access(item)?.ssh_user),
  attribute("secure_access_rdp_domain", (item) => access(item)?.domain),
  attribute("secure_access_rdp_user", (item) => access(item)?.rdp_user),
  attribute(
    "secure_access_allow_external_user",
    (item) => access(item)?.allow_providing_external_username,
    { kind: kinds.flag },
  ),
  attribute("rotate_after_disconnect", afterDisconnect, { kind: kinds.delay }),
  attribute("lock_during_sra_session", (item) => access(item)?.lock_during_sra_session, {
    kind: kinds.flagText,
  }),

  attribute("input_rule", undefined, { kind: kinds.list }),
  attribute("output_rule", undefined, { kind: kinds.list }),
];

/** Every setting of a Web Target except its name. */
export const TARGET_ATTRIBUTES: readonly Attribute<Target>[] = [
  attribute("url", (target) => target.value?.web_target_details?.url, { seenByProvider: true }),
  attribute("description", ({ target }) => target.comment, { seenByProvider: true }),
  attribute("key", ({ target }) => target.protection_key_name, {
    kind: kinds.path,
    undeclared: "server",
    seenByProvider: true,
  }),
  attribute("max_versions", undefined, { kind: kinds.numberText, undeclared: "server" }),
  attribute("keep_prev_version", undefined, { undeclared: "server", sentOn: "update" }),
];

/** Names of the targets that an item is associated with; a custom rotated secret has one. */
export function targetNames(item: Item): string[] {
  return (item.item_targets_assoc ?? []).flatMap(({ target_name }) => target_name ?? []);
}

function customFields(item: Item): Record<string, string> {
  const fields = item.item_custom_fields_details ?? [];
  return Object.fromEntries(
    fields.flatMap(({ name, value }) => (name && value ? [[name, value]] : [])),
  );
}

function eventDays(item: Item): string[] {
  return (item.item_general_info?.next_rotation_events ?? []).flatMap(({ seconds_before }) =>
    seconds_before ? [String(seconds_before / SECONDS_PER_DAY)] : [],
  );
}

function afterDisconnect(item: Item): string {
  const details = access(item);
  if (!details?.rotate_after_disconnect) return "false";
  return String(details.rotate_after_disconnect_delay_mins ?? 0);
}
