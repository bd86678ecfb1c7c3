import { apiOnly, row } from "./attribute.ts";
import { type Item, rotationDetails, targetNames } from "./item.ts";
import * as kinds from "./kinds.ts";
import { withoutMarker } from "./payload-marker.ts";

const policy = (item: Item) => item.item_general_info?.password_policy;
const agents = (item: Item) => item.item_general_info?.agentic_rules;
const access = (item: Item) => item.item_general_info?.secure_remote_access_details;

/**
 * Every setting of a custom rotated secret except its name and its payload, by its key in the L1
 * class. Sources: the provider's schema 2.0.5, the fields of the vendor's Python SDK 5.0.40; what
 * the provider reads back was read in its source.
 */
export const secretRows = {
  /** The Web Target. Refreshed, but never sent on update: the provider cannot change it. */
  targetName: row(kinds.path, (item: Item) => targetNames(item)[0], {
    property: "CustomRotatedSecretProps.target",
    required: true,
    seenByProvider: true,
    sentOn: "create",
  }),
  /** Refreshed. */
  description: row(kinds.text, (item: Item) => item.item_metadata, {
    property: "description",
    seenByProvider: true,
  }),
  /** Name of the protection key. Refreshed. */
  key: row(kinds.path, (item: Item) => item.protection_key_name, {
    property: "key",
    undeclared: "server",
    computed: true,
    seenByProvider: true,
  }),
  /** Refreshed, unless the server reports none at all. */
  tags: row(kinds.set, (item: Item) => withoutMarker(item.item_tags ?? []), {
    property: "CustomRotatedSecretProps.tags",
    cli: "--tag",
    seenByProvider: true,
  }),
  /** Values of custom fields that the account defines; cannot be cleared by the provider. */
  itemCustomFields: row(kinds.map, customFields, { property: "customFields", cli: null }),
  /** `"true"` or `"false"`; the provider sends `"false"` when unset. */
  deleteProtection: row(kinds.flagText, (item: Item) => item.delete_protection, {
    property: "deleteProtection",
    value: true,
    // One of the few names that the API spells with an underscore.
    field: "delete_protection",
    cli: "--delete-protection",
  }),
  /** A number as string. */
  maxVersions: row(kinds.numberText, (item: Item) => rotationDetails(item).max_versions, {
    property: "maxVersions",
    undeclared: "server",
    computed: true,
  }),
  /** `"true"` or `"false"`; sent on update only. */
  keepPrevVersion: row(kinds.text, undefined, {
    property: "keepPreviousVersion",
    undeclared: "server",
    sentOn: "update",
  }),
  /** `use-user-creds` or `use-target-creds`. */
  authenticationCredentials: row(
    kinds.credentialsMode,
    (item: Item) => rotationDetails(item).rotator_creds_type,
    { property: "authenticationCredentials", value: "use-user-creds", undeclared: "server" },
  ),
  /** Seconds that the gateway waits for the rotator; the server's default is 40. */
  timeoutSec: row(kinds.number, (item: Item) => rotationDetails(item).timeout_seconds, {
    property: "timeoutSec",
    value: 40,
    undeclared: "server",
  }),

  /**
   * Leaves out the dry run: as documented, it sends the real payload, and a rotator that changes
   * the password then answers into nowhere.
   */
  skipDryRun: row(kinds.flag, (item: Item) => rotationDetails(item).skip_dry_run, {
    property: "skipDryRun",
    value: true,
    undeclared: "server",
    mayBeUnreported: true,
    since: "2.0.5",
  }),

  /** `"true"` or `"false"`. Refreshed. */
  autoRotate: row(kinds.flagText, (item: Item) => item.auto_rotate, {
    property: "CustomRotatedSecretProps.schedule",
    seenByProvider: true,
  }),
  /** A number as string; days as documented, minutes on some servers. Refreshed. */
  rotationInterval: row(kinds.numberText, (item: Item) => item.rotation_interval, {
    property: "CustomRotatedSecretProps.schedule",
    undeclared: "server",
    seenByProvider: true,
  }),
  /** Hour of the day, UTC; 0 is sent when unset. Refreshed. */
  rotationHour: row(kinds.number, (item: Item) => rotationDetails(item).rotation_hour, {
    property: "RotationScheduleOptions.atHourUtc",
    undeclared: "server",
    seenByProvider: true,
  }),
  /** Days before a rotation on which an event is sent, numbers as strings. */
  rotationEventIn: row(kinds.list, eventDays, {
    property: "RotationScheduleOptions.announceDaysBefore",
  }),

  /** `"true"` or `"false"`. */
  enablePasswordPolicy: row(
    kinds.flagText,
    (item: Item) => rotationDetails(item).enable_custom_password_policy,
    { property: "CustomRotatedSecretProps.passwordPolicy" },
  ),
  /** A number as string. */
  passwordLength: row(kinds.numberText, (item: Item) => policy(item)?.password_length, {
    property: "PasswordPolicyProps.length",
    undeclared: "server",
  }),
  /** `"true"` or `"false"`. */
  useCapitalLetters: row(kinds.flagText, (item: Item) => policy(item)?.use_capital_letters, {
    property: "PasswordPolicyProps.uppercase",
    undeclared: "server",
    cli: "--password-policy-contains-capital-letters",
  }),
  /** `"true"` or `"false"`. */
  useLowerLetters: row(kinds.flagText, (item: Item) => policy(item)?.use_lower_letters, {
    property: "PasswordPolicyProps.lowercase",
    undeclared: "server",
    cli: "--password-policy-contains-lower-letters",
  }),
  /** `"true"` or `"false"`. */
  useNumbers: row(kinds.flagText, (item: Item) => policy(item)?.use_numbers, {
    property: "PasswordPolicyProps.numbers",
    undeclared: "server",
    cli: "--password-policy-contains-numbers",
  }),
  /** `"true"` or `"false"`. */
  useSpecialCharacters: row(kinds.flagText, (item: Item) => policy(item)?.use_special_characters, {
    property: "PasswordPolicyProps.symbols",
    undeclared: "server",
    cli: "--password-policy-contains-special-characters",
  }),

  /** `"true"` or `"false"`. */
  secureAccessEnable: row(kinds.flagText, (item: Item) => access(item)?.enable, {
    property: "CustomRotatedSecretProps.secureRemoteAccess",
  }),
  secureAccessHost: row(kinds.list, (item: Item) => access(item)?.host, {
    property: "HostAccessProps.hosts",
  }),
  secureAccessUrl: row(kinds.text, (item: Item) => access(item)?.url, {
    property: "WebAccessProps.url",
  }),
  secureAccessWeb: row(kinds.flag, (item: Item) => access(item)?.is_web, {
    property: "WebAccessProps.mode",
  }),
  /** Isolated browsing. */
  secureAccessWebBrowsing: row(kinds.flag, (item: Item) => access(item)?.isolated, {
    property: "WebAccessProps.mode",
  }),
  secureAccessWebProxy: row(kinds.flag, (item: Item) => access(item)?.web_proxy, {
    property: "WebAccessProps.mode",
  }),
  /** Path of the SSH certificate issuer; formerly the "bastion issuer". */
  secureAccessCertificateIssuer: row(kinds.path, (item: Item) => access(item)?.bastion_issuer, {
    property: "SshAccessProps.certificateIssuer",
  }),
  secureAccessSshUser: row(kinds.text, (item: Item) => access(item)?.ssh_user, {
    property: "SshAccessProps.user",
  }),
  secureAccessRdpDomain: row(kinds.text, (item: Item) => access(item)?.domain, {
    property: "RdpAccessProps.domain",
  }),
  secureAccessRdpUser: row(kinds.text, (item: Item) => access(item)?.rdp_user, {
    property: "RdpAccessProps.user",
  }),
  secureAccessAllowExternalUser: row(
    kinds.flag,
    (item: Item) => access(item)?.allow_providing_external_username,
    { property: "RdpAccessProps.allowExternalUser" },
  ),
  /** `"false"`, `"true"`, or a number of minutes as string. */
  rotateAfterDisconnect: row(kinds.delay, afterDisconnect, {
    property: "SessionProps.rotateAfterDisconnect",
  }),
  lockOnRead: apiOnly(kinds.flagText, (item: Item) => item.item_general_info?.lock_on_read, {
    property: "lockOnRead",
    value: false,
  }),
  /** How long a locked item stays locked, in minutes. */
  lockTtl: apiOnly(kinds.numberText, (item: Item) => item.item_general_info?.lock_ttl, {
    property: "lockMinutes",
    undeclared: "server",
  }),
  rotateOnUnlock: apiOnly(
    kinds.flagText,
    (item: Item) => item.item_general_info?.rotate_on_unlock,
    {
      property: "rotateOnUnlock",
      value: false,
    },
  ),
  /** Whether sessions may reach the listed hosts only; without it the list is a suggestion. */
  secureAccessEnforceHostsRestriction: apiOnly(
    kinds.flag,
    (item: Item) => access(item)?.enforce_hosts_restriction,
    { property: "HostAccessProps.enforceHosts", value: false },
  ),
  /** `explicit`: the hosts of the item; `target`: those of its targets. */
  hostProvider: apiOnly(kinds.hostProvider, (item: Item) => access(item)?.host_provider_type, {
    property: "HostAccessProps.hostsOfTargets",
  }),
  /** Targets whose hosts sessions may reach; how an item shows them is not known. */
  target: apiOnly(kinds.list, undefined, { property: "HostAccessProps.hostsOfTargets" }),
  lockDuringSraSession: apiOnly(
    kinds.flagText,
    (item: Item) => access(item)?.lock_during_sra_session,
    { property: "lockDuringSession", value: false },
  ),

  /** Whether the rules for AI agents are enforced; the older name of the next one. */
  araEnabled: row(kinds.flag, (item: Item) => agents(item)?.enabled, {
    property: "agentRulesEnforced",
    undeclared: "server",
    mayBeUnreported: true,
    since: "2.0.5",
    cli: null,
  }),
  /** Whether the rules for AI agents are enforced. */
  enableAgenticRuntimeAuthority: row(kinds.flag, (item: Item) => agents(item)?.enabled, {
    property: "agentRulesEnforced",
    undeclared: "server",
    mayBeUnreported: true,
    since: "2.0.5",
    cli: null,
  }),
  /** Whether an AI quorum decides about what agents do. */
  enableAiQuorum: row(kinds.flag, (item: Item) => agents(item)?.quorum_enabled, {
    property: "agentQuorum",
    undeclared: "server",
    mayBeUnreported: true,
    since: "2.0.5",
    cli: null,
  }),
  /** Rules on what AI agents may send, each `name=…,rule=…`. */
  inputRule: row(kinds.list, undefined, {
    property: "CustomRotatedSecretProps.agentInputRules",
    since: "2.0.5",
    cli: null,
  }),
  /** Rules on what AI agents may receive, each `name=…,rule=…`. */
  outputRule: row(kinds.list, undefined, {
    property: "CustomRotatedSecretProps.agentOutputRules",
    since: "2.0.5",
    cli: null,
  }),
} as const;

function customFields(item: Item): Record<string, string> {
  const fields = item.item_custom_fields_details ?? [];
  return Object.fromEntries(
    fields.flatMap(({ name, value }) => (name && value ? [[name, value]] : [])),
  );
}

const SECONDS_PER_DAY = 86_400;

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
