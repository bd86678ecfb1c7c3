import type { EmptyMeaning } from "./settings.ts";
import { flagField, listField, rulesField, textField, wholeNumber } from "./wire.ts";

/** The parts of an item's description in which settings are shown. */
type Part = "general" | "rotation" | "access" | "agents";

/**
 * Settings that a gateway is only known to store and to show again, by their field in the request:
 * how they are read, and where `describe-item` shows them. Source: fields of the vendor's Python SDK
 * 5.0.40; what the service does with them is not known.
 */
export const STORED_SETTINGS = {
  "skip-dry-run": { read: flagField, part: "rotation", shown: "skip_dry_run" },
  "lock-on-read": { read: flagField, part: "general", shown: "lock_on_read" },
  "lock-ttl": { read: wholeNumber, part: "general", shown: "lock_ttl" },
  "rotate-on-unlock": { read: flagField, part: "general", shown: "rotate_on_unlock" },
  "secure-access-enforce-hosts-restriction": {
    read: flagField,
    part: "access",
    shown: "enforce_hosts_restriction",
  },
  "host-provider": { read: textField, part: "access", shown: "host_provider_type" },
  /** The targets of a session's hosts, besides the one that rotates. */
  target: { read: listField, part: "access", shown: "targets" },
  "ara-enabled": { read: flagField, part: "agents", shown: "enabled" },
  "enable-agentic-runtime-authority": { read: flagField, part: "agents", shown: "enabled" },
  "enable-ai-quorum": { read: flagField, part: "agents", shown: "quorum_enabled" },
  "input-rule": { read: rulesField, part: "agents", shown: "input_rules" },
  "output-rule": { read: rulesField, part: "agents", shown: "output_rules" },
} as const satisfies Record<string, { part: Part; shown: string; read: unknown }>;

/** The name of a stored setting in a request. */
export type StoredName = keyof typeof STORED_SETTINGS;

/** The values of stored settings that were sent. */
export type StoredSettings = { [Name in StoredName]?: unknown };

/** The fields of a request. */
export const storedFields = Object.fromEntries(
  Object.entries(STORED_SETTINGS).map(([name, { read }]) => [name, read]),
) as { [Name in StoredName]: (typeof STORED_SETTINGS)[Name]["read"] };

/** What a request gives, but for what leaves a setting as it is. */
export function storedIn(
  request: Readonly<Record<string, unknown>>,
  { emptyTextOnUpdate, emptyListOnUpdate }: EmptyMeaning,
): StoredSettings {
  const says = (value: unknown) => {
    if (value === "") return emptyTextOnUpdate === "overwrite";
    if (Array.isArray(value) && value.length === 0) return emptyListOnUpdate === "overwrite";
    return value !== undefined;
  };
  const given = Object.keys(STORED_SETTINGS).filter((name) => says(request[name]));
  return Object.fromEntries(given.map((name) => [name, request[name]]));
}

/** What one part of a description shows; what was never sent is left out. */
export function shownIn(part: Part, stored: StoredSettings): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(STORED_SETTINGS).flatMap(([name, setting]) => {
      const value = stored[name as StoredName];
      return setting.part === part && value !== undefined ? [[setting.shown, value]] : [];
    }),
  );
}
