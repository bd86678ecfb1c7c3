import { faults as words } from "../../faults.ts";
import type { Core } from "../core.ts";
import { GATEWAY_FAULTS } from "../fault-table.ts";
import type { RemoteAccess, StoredItem } from "../model.ts";
import { withoutPayloads } from "../timeline.ts";
import type { FaultView, ItemView, LiveView, RemoteAccessView, SnapshotView } from "./views.ts";

/** Everything that the console shows, without a single payload. */
export function snapshotOf(core: Core): SnapshotView {
  const { store, timeline, logins } = core;
  return {
    ...liveOf(core),
    items: store.items().map((item) => viewOf(item, core)),
    rotations: timeline.entries,
    faults: FAULTS,
    asksLogins: logins.asks,
  };
}

/** What is told whole, whenever it changed. */
export function liveOf({ settings, motor, store, sessions, faults }: Core): LiveView {
  return {
    // In whole seconds: a running clock is not told more often.
    clock: { now: Math.floor(settings.clock.now() / 1000) * 1000, speed: motor.speed },
    targets: store.targets().map(({ name, url, lastVersion: version }) => ({ name, url, version })),
    sessions: sessions.history.map(({ id, item, user, openedAt, closedAt = null }) => ({
      ...{ id, item: item.id, user, openedAt, closedAt },
    })),
    waiting: faults.pending().map(({ left, ...fault }) => ({
      ...fault,
      left: Number.isFinite(left) ? left : null,
    })),
  };
}

/** An item as the console shows it. */
export function viewOf(item: StoredItem, { store, settings, logins }: Core): ItemView {
  const target = store.targetById(item.targetId);
  const { autoRotate, interval = settings.defaultRotationInterval, hour } = item.schedule;
  const unit = settings.rotationIntervalUnit;
  return {
    id: item.id,
    name: item.name,
    description: item.description,
    target: target?.name ?? null,
    url: target?.url ?? null,
    status: item.status,
    lastError: lastErrorOf(item),
    enabled: item.enabled,
    deleteProtection: item.deleteProtection,
    tags: item.tags,
    schedule: autoRotate
      ? `every ${interval} ${unit}${hour === undefined || unit === "minutes" ? "" : ` at ${hour}:00 UTC`}`
      : null,
    nextRotation: item.nextRotationAt ?? null,
    lastRotation: item.lastRotationAt ?? null,
    remoteAccess: accessOf(item.remoteAccess),
    versions: item.versions.map(({ version, createdAt, accessId: by }) => ({
      ...{ version, createdAt, by },
    })),
    logins: logins.of(item).map(({ version, at, opens = null }) => ({ version, at, opens })),
  };
}

/** The error of the last rotation, without what any kept payload holds. */
export function lastErrorOf({ lastError, versions }: StoredItem): string | null {
  if (lastError === undefined) return null;
  return withoutPayloads(
    lastError,
    versions.map(({ payload }) => payload),
  );
}

function accessOf(access: RemoteAccess): RemoteAccessView {
  const after = access.rotateAfterDisconnect;
  return {
    enabled: access.enable ?? false,
    hosts: access.hosts,
    url: access.url,
    web: access.web ?? false,
    rotateAfterDisconnect: !after?.rotate
      ? null
      : after.delayMinutes === 0
        ? "at once"
        : `${after.delayMinutes} minutes`,
    lockDuringSession: access.lockDuringSession ?? false,
  };
}

const FAULTS: readonly FaultView[] = Object.entries(GATEWAY_FAULTS).flatMap(([at, names]) =>
  names.map((name) => ({ at, name, what: words[name] })),
);
