import type * as z from "zod";
import { itemPath } from "../../../../common/item-path.ts";
import { ApiError } from "../api-error.ts";
import { type ApiCaller, authorize, type Core, permittedItem, refuseLocked } from "../core.ts";
import type { StoredItem } from "../model.ts";
import { newItem } from "../new-item.ts";
import { operation } from "../operation.ts";
import {
  createCustomSchema,
  createLegacySchema,
  rotateSchema,
  updateCustomSchema,
  updateLegacySchema,
} from "../requests/rotated-secrets.ts";
import type { SettingsRequest } from "../requests/secret-settings.ts";
import { applyItemSettings, isUnchanged, newTags } from "../settings.ts";
import { addVersion, currentVersion, dropPreviousVersion } from "../versions.ts";

const create = operation({
  paths: ["/rotated-secret-create-custom"],
  gatewayOnly: true,
  request: createCustomSchema,
  run: createSecret,
});

const createLegacy = operation({
  paths: ["/create-rotated-secret"],
  gatewayOnly: true,
  request: createLegacySchema,
  run: ({ metadata, "rotator-creds-type": credentials, ...request }, caller, core) =>
    createSecret(
      {
        ...request,
        description: request.description || metadata,
        "authentication-credentials": request["authentication-credentials"] || credentials,
      },
      caller,
      core,
    ),
});

async function createSecret(
  request: z.output<typeof createCustomSchema>,
  caller: ApiCaller,
  core: Core,
): Promise<unknown> {
  const { store, settings, rotations, schedules } = core;
  const name = itemPath(request.name);
  authorize(caller, "create", name);
  const target = store.target(request["target-name"], caller);
  refuseUnknownTargets(request, caller, core);
  const item = newItem(name, target.id, caller, core, request["custom-payload"] ?? "");
  item.tags = newTags([], request.tags);
  applyItemSettings(item, request, {
    emptyTextOnUpdate: "overwrite",
    emptyListOnUpdate: "overwrite",
  });
  store.addItem(item, caller);
  if (settings.dryRunOnCreate && !request["skip-dry-run"]) {
    const outcome = await rotations.dryRun(item);
    if ("error" in outcome) {
      store.removeItem(item);
      throw new ApiError(settings.failedRotationStatus, outcome.error);
    }
  }
  schedules.restart(item);
  store.changed(item);
  return { name };
}

const update = operation({
  paths: ["/rotated-secret-update-custom"],
  gatewayOnly: true,
  request: updateCustomSchema,
  run: updateSecret,
});

const updateLegacy = operation({
  paths: ["/update-rotated-secret"],
  gatewayOnly: true,
  request: updateLegacySchema,
  run: (
    { "new-metadata": metadata, "rotator-creds-type": credentials, ...request },
    caller,
    core,
  ) =>
    updateSecret(
      {
        ...request,
        // The SDK sends both, and the sentinel for the one that nobody set.
        description: isUnchanged(request.description) ? metadata : request.description,
        "authentication-credentials": request["authentication-credentials"] || credentials,
      },
      caller,
      core,
    ),
});

async function updateSecret(
  request: z.output<typeof updateCustomSchema>,
  caller: ApiCaller,
  core: Core,
): Promise<unknown> {
  const { store, rotations, settings, schedules } = core;
  const item = permittedItem(request.name, "update", caller, core);
  await rotations.exclusively(item, async () => {
    refuseLocked(item, core, caller, "failed to update rotated secret");
    refuseUnknownTargets(request, caller, core);
    if (request["new-name"]) store.renameItem(item, request["new-name"], caller);
    const scheduleBefore = scheduleOf(item);
    applyItemSettings(item, request, settings);
    item.tags = newTags(item.tags, request["add-tag"], request["rm-tag"]);
    item.modifiedAt = settings.clock.now();
    updatePayload(item, request, request["keep-prev-version"], caller, core);
    if (scheduleOf(item) !== scheduleBefore) schedules.restart(item);
    store.changed(item);
  });
  return { name: item.name };
}

/** A payload that differs becomes a new version, without a call of the rotator (assumed). */
function updatePayload(
  item: StoredItem,
  request: SettingsRequest,
  keepPrevious: boolean | undefined,
  { accessId }: ApiCaller,
  { settings }: Core,
): void {
  const payload = request["custom-payload"];
  if (!payload || payload === currentVersion(item).payload) return;
  const { defaultMaxVersions } = settings;
  addVersion(item, payload, { at: settings.clock.now(), accessId, defaultMaxVersions });
  if (!(keepPrevious ?? settings.keepPreviousVersion)) dropPreviousVersion(item);
}

/** The targets of sessions' hosts have to be there, as the one that rotates has. */
function refuseUnknownTargets(request: SettingsRequest, caller: ApiCaller, { store }: Core): void {
  for (const name of request.target ?? []) store.target(name, caller);
}

/** Only a change of these moves the next rotation: the provider sends them with every update. */
function scheduleOf({ schedule }: StoredItem): string {
  return JSON.stringify([
    schedule.autoRotate,
    schedule.interval,
    schedule.hour,
    schedule.eventsBefore,
  ]);
}

const rotate = operation({
  paths: ["/gateway-rotate-secret"],
  gatewayOnly: true,
  request: rotateSchema,
  run: async (request, caller, core) => {
    const { rotations, settings } = core;
    const item = permittedItem(request.name, "update", caller, core);
    const outcome = await rotations.rotate(item, "manual");
    if ("error" in outcome) throw new ApiError(settings.failedRotationStatus, outcome.error);
    return { name: item.name };
  },
});

/** Operations that create, change and rotate custom rotated secrets. */
export const rotatedSecretOperations = [create, createLegacy, update, updateLegacy, rotate];
