import type { StoredItem, Version } from "./model.ts";

/** The current version. */
export function currentVersion(item: StoredItem): Version {
  const current = item.versions.at(-1);
  if (!current) throw new Error(`item ${item.name} has no version`);
  return current;
}

/** Version `number`; 0 represents the current one, as the provider and others send it. */
export function versionOf(item: StoredItem, number: number): Version | undefined {
  if (number <= 0) return item.versions.at(-1);
  return item.versions.find(({ version }) => version === number);
}

/** Stores `payload` as a new version and drops the oldest beyond the item's maximum. */
export function addVersion(
  item: StoredItem,
  payload: string,
  {
    at,
    accessId,
    defaultMaxVersions,
  }: { at: number; accessId: string; defaultMaxVersions: number },
): Version {
  item.lastVersion += 1;
  const version = { version: item.lastVersion, payload, createdAt: at, accessId };
  const keep = Math.max(1, item.maxVersions ?? defaultMaxVersions);
  item.versions = [...item.versions, version].slice(-keep);
  item.modifiedAt = at;
  return version;
}

/** Drops the version before the current one. */
export function dropPreviousVersion(item: StoredItem): void {
  const previous = item.versions.at(-2);
  item.versions = item.versions.filter((version) => version !== previous);
}
