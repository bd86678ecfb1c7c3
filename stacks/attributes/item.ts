import * as z from "zod";

const text = z.string().nullish();
const flag = z.boolean().nullish();
const number = z.number().nullish();

/** Akeyless sends dates of RFC 3339; "0001-01-01T00:00:00Z", the zero of its language, means none. */
const date = z
  .string()
  .nullish()
  .transform((value) => (value && !value.startsWith("0001-") ? value : undefined))
  .refine((value) => value === undefined || !Number.isNaN(Date.parse(value)), "not a date");

const details = z.object({
  rotator_type: text,
  rotator_creds_type: text,
  /** "RotationSucceeded" or "RotationFailed"; what a new item shows is not documented. */
  rotator_status: text,
  last_rotation_error: text,
  rotation_hour: number,
  /** Whether the interval counts minutes instead of days. */
  rotation_interval_min: flag,
  timeout_seconds: number,
  max_versions: number,
  skip_dry_run: flag,
  enable_custom_password_policy: flag,
});

const passwordPolicy = z.object({
  password_length: number,
  use_capital_letters: flag,
  use_lower_letters: flag,
  use_numbers: flag,
  use_special_characters: flag,
});

const secureRemoteAccess = z.object({
  enable: flag,
  url: text,
  host: z.array(z.string()).nullish(),
  bastion_issuer: text,
  is_web: flag,
  web_proxy: flag,
  /** What the request calls secure-access-web-browsing. */
  isolated: flag,
  domain: text,
  rdp_user: text,
  ssh_user: text,
  allow_providing_external_username: flag,
  rotate_after_disconnect: flag,
  rotate_after_disconnect_delay_mins: number,
  lock_during_sra_session: flag,
  enforce_hosts_restriction: flag,
  host_provider_type: text,
});

/** An item as /describe-item and /list-items answer it: the fields that this project reads. */
export const itemSchema = z.object({
  item_name: z.string(),
  item_type: text,
  item_metadata: text,
  item_tags: z.array(z.string()).nullish(),
  item_targets_assoc: z.array(z.object({ target_name: text })).nullish(),
  item_custom_fields_details: z.array(z.object({ name: text, value: text })).nullish(),
  protection_key_name: text,
  last_version: number,
  auto_rotate: flag,
  rotation_interval: number,
  delete_protection: flag,
  last_rotation_date: date,
  next_rotation_date: date,
  item_general_info: z
    .object({
      rotated_secret_details: details.nullish(),
      password_policy: passwordPolicy.nullish(),
      next_rotation_events: z.array(z.object({ seconds_before: number })).nullish(),
      secure_remote_access_details: secureRemoteAccess.nullish(),
      agentic_rules: z.object({ enabled: flag, quorum_enabled: flag }).nullish(),
      lock_on_read: flag,
      lock_ttl: number,
      rotate_on_unlock: flag,
    })
    .nullish(),
});

/** An item of Akeyless, parsed. */
export type Item = z.output<typeof itemSchema>;

/** What belongs to the rotation of an item; an empty object where the answer has none. */
export function rotationDetails(item: Item): Partial<z.output<typeof details>> {
  return item.item_general_info?.rotated_secret_details ?? {};
}

/** Whether the item is a rotated secret whose rotator is a custom one (a webhook). */
export function isCustomRotatedSecret(item: Item): boolean {
  return /custom/i.test(rotationDetails(item).rotator_type ?? "");
}

/** Names of the targets that an item is associated with; a custom rotated secret has one. */
export function targetNames(item: Item): string[] {
  return (item.item_targets_assoc ?? []).flatMap(({ target_name }) => target_name ?? []);
}

/** A target as /target-get-details answers it. */
export const targetSchema = z.object({
  value: z.object({ web_target_details: z.object({ url: text }).nullish() }).nullish(),
  target: z.object({
    target_name: z.string(),
    target_type: text,
    comment: text,
    protection_key_name: text,
    delete_protection: flag,
    target_items_assoc: z.array(z.object({ item_name: text })).nullish(),
  }),
});

/** A target of Akeyless, parsed. */
export type Target = z.output<typeof targetSchema>;
