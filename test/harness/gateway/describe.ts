import type { ApiCaller, Core } from "./core.ts";
import type { PolicySettings, RemoteAccess, StoredItem, StoredTarget } from "./model.ts";
import { shownIn } from "./stored-settings.ts";

/** A moment as Go's time.Time reads it. */
function moment(at: number): string;
function moment(at: number | undefined): string | undefined;
function moment(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}

/** An item as describe-item and list-items show it. Undefined properties are left out as JSON. */
export function describeItem(
  item: StoredItem,
  core: Core,
  caller: ApiCaller,
  { versions = false, customFields = false }: { versions?: boolean; customFields?: boolean } = {},
): unknown {
  const target = core.store.targetById(item.targetId);
  return {
    item_name: item.name,
    item_id: item.id,
    display_id: `i-${item.id}`,
    item_type: "ROTATED_SECRET",
    item_sub_type: "custom",
    item_metadata: item.description,
    item_tags: item.tags.length > 0 ? item.tags : null,
    item_size: 0,
    item_state: item.enabled ? "Enabled" : "Disabled",
    item_accessibility: 0,
    is_enabled: item.enabled,
    delete_protection: item.deleteProtection,
    protection_key_name: item.key,
    with_customer_fragment: false,
    is_access_request_enabled: false,
    client_permissions: caller.user.capabilities ?? ["read", "list", "update", "delete", "create"],
    creation_date: moment(item.createdAt),
    modification_date: moment(item.modifiedAt),
    last_rotation_date: moment(item.lastRotationAt),
    next_rotation_date: moment(item.nextRotationAt),
    last_version: item.lastVersion,
    auto_rotate: item.schedule.autoRotate,
    rotation_interval: item.schedule.interval ?? 0,
    item_versions: versions ? describeVersions(item) : undefined,
    item_targets_assoc: target
      ? [
          {
            assoc_id: `ta-${item.id}`,
            target_id: target.id,
            // Without the leading slash: the provider's Read puts one back where the declaration has
            // one, and its own tests declare names without any and see no drift.
            target_name: target.name.replace(/^\//, ""),
            target_type: "web",
          },
        ]
      : [],
    item_custom_fields_details: customFields ? describeCustomFields(item) : undefined,
    gateway_details: null,
    locking_info: lockingInfo(item, core),
    item_general_info: generalInfo(item, core),
  };
}

function describeVersions(item: StoredItem): unknown[] {
  const current = item.versions.at(-1);
  return item.versions.map((version) => ({
    version: version.version,
    creation_date: moment(version.createdAt),
    modification_date: moment(version.createdAt),
    item_version_state: version === current && !item.enabled ? "Disabled" : "Enabled",
    access_id: version.accessId,
    protection_key_name: item.key,
    with_customer_fragment: false,
  }));
}

function describeCustomFields(item: StoredItem): unknown[] {
  return Object.entries(item.customFields).map(([name, value], index) => ({
    id: index + 1,
    field_id: index + 1,
    name,
    value,
    required: false,
  }));
}

function lockingInfo(item: StoredItem, { sessions }: Core): unknown {
  const lockedBy = sessions.lockedBy(item);
  if (lockedBy === undefined) return undefined;
  const [session] = sessions.of(item);
  return {
    actions: ["read", "update"],
    locked_by: lockedBy,
    unique_identifier: session?.id,
  };
}

/** Never holds `rotation_statement`: early 2.x providers fail on it (akeyless.md 4.5). */
function generalInfo(item: StoredItem, core: Core): unknown {
  return {
    cluster_gw_url: core.url,
    rotated_secret_details: {
      rotator_type: "custom",
      rotator_creds_type: item.credentials,
      rotator_status: item.status,
      last_rotation_error: item.lastError,
      rotation_hour: item.schedule.hour,
      rotation_interval_min: core.settings.rotationIntervalUnit === "minutes",
      timeout_seconds: item.timeoutSeconds,
      max_versions: item.maxVersions,
      number_of_versions_to_save: item.maxVersions ?? core.settings.defaultMaxVersions,
      enable_custom_password_policy: item.policy.enabled ?? false,
      gw_cluster_id: 1,
      managed_by_akeyless: false,
      same_password: false,
      ...shownIn("rotation", item.stored),
    },
    ...shownIn("general", item.stored),
    agentic_rules: shownIn("agents", item.stored),
    password_policy: passwordPolicy(item.policy),
    next_rotation_events: item.schedule.eventsBefore.map((days) => ({
      seconds_before: days * 86_400,
    })),
    secure_remote_access_details: {
      ...remoteAccess(item.remoteAccess, core.sessions.of(item).length),
      ...shownIn("access", item.stored),
    },
  };
}

function passwordPolicy(policy: PolicySettings): unknown {
  const { length, capitalLetters, lowerLetters, numbers, specialCharacters } = policy;
  const given = [length, capitalLetters, lowerLetters, numbers, specialCharacters];
  if (given.every((value) => value === undefined)) return undefined;
  return {
    password_length: length,
    use_capital_letters: capitalLetters,
    use_lower_letters: lowerLetters,
    use_numbers: numbers,
    use_special_characters: specialCharacters,
  };
}

/** Names as the provider's own reader maps them: isolated is web browsing, domain the RDP domain. */
function remoteAccess(access: RemoteAccess, openSessions: number): object {
  return {
    enable: access.enable ?? false,
    host: access.hosts,
    url: access.url,
    is_web: access.web ?? false,
    isolated: access.webBrowsing ?? false,
    web_proxy: access.webProxy ?? false,
    bastion_issuer: access.certificateIssuer,
    ssh_user: access.sshUser,
    domain: access.rdpDomain,
    rdp_user: access.rdpUser,
    allow_providing_external_username: access.allowExternalUser ?? false,
    rotate_after_disconnect: access.rotateAfterDisconnect?.rotate ?? false,
    rotate_after_disconnect_delay_mins: access.rotateAfterDisconnect?.delayMinutes ?? 0,
    lock_during_sra_session: access.lockDuringSession ?? false,
    status_info: { is_in_use: openSessions > 0 },
  };
}

/** A target as target-get, target-get-details and target-list show it. */
export function describeTarget(target: StoredTarget, { store }: Core, versions = false): unknown {
  return {
    target_name: target.name,
    target_id: target.id,
    target_type: "web",
    target_sub_type: "",
    comment: target.description,
    protection_key_name: target.key,
    delete_protection: target.deleteProtection,
    last_version: target.lastVersion,
    with_customer_fragment: false,
    client_permissions: ["read", "list", "update", "delete", "create"],
    creation_date: moment(target.createdAt),
    modification_date: moment(target.modifiedAt),
    target_versions: versions
      ? target.versions.map(({ version, createdAt }) => ({
          version,
          creation_date: moment(createdAt),
        }))
      : undefined,
    target_items_assoc: store.itemsOf(target).map((item) => ({
      assoc_id: `ta-${item.id}`,
      item_id: item.id,
      item_name: item.name,
      item_type: "ROTATED_SECRET",
      cluster_id: 1,
    })),
  };
}
