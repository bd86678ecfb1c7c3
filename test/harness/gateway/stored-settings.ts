import { flagField, textField, wholeNumber } from "./wire.ts";

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
  "ara-enabled": { read: flagField, part: "agents", shown: "enabled" },
  "enable-agentic-runtime-authority": { read: flagField, part: "agents", shown: "enabled" },
  "enable-ai-quorum": { read: flagField, part: "agents", shown: "quorum_enabled" },
} as const satisfies Record<string, { part: Part; shown: string; read: unknown }>;

/** The name of a stored setting in a request. */
export type StoredName = keyof typeof STORED_SETTINGS;

/** The values of stored settings that were sent. */
export type StoredSettings = { [Name in StoredName]?: string | number | boolean | undefined };

/** The fields of a request. */
export const storedFields = Object.fromEntries(
  Object.entries(STORED_SETTINGS).map(([name, { read }]) => [name, read]),
) as { [Name in StoredName]: (typeof STORED_SETTINGS)[Name]["read"] };

/** What a request gives. */
export function storedIn(request: Readonly<Record<string, unknown>>): StoredSettings {
  const given = Object.keys(STORED_SETTINGS).filter((name) => request[name] !== undefined);
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
