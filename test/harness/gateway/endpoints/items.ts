import { ApiError, conflict, forbidden, versionNotFound } from "../api-error.ts";
import { type ApiCaller, type Core, permittedItem, refuseLocked } from "../core.ts";
import { describeItem } from "../describe.ts";
import type { StoredItem } from "../model.ts";
import { operation } from "../operation.ts";
import {
  deleteItemSchema,
  deleteItemsSchema,
  describeItemSchema,
  getTagsSchema,
  setItemStateSchema,
  updateItemSchema,
} from "../requests/items.ts";
import { deleteSecretSchema } from "../requests/rotated-secrets.ts";
import { applyRemoteAccess, newDescription, newTags } from "../settings.ts";
import { versionOf } from "../versions.ts";
import { folderOf } from "./listings.ts";
import { deleteStatic } from "./static-secrets.ts";

const describe = operation({
  paths: ["/describe-item"],
  request: describeItemSchema,
  run: (request, caller, core) => {
    const item = permittedItem(request.name, "list", caller, core);
    return describeItem(item, core, caller, {
      versions: request["show-versions"] ?? false,
      customFields: request["item-custom-fields-details"] ?? false,
    });
  },
});

const getTags = operation({
  paths: ["/get-tags"],
  request: getTagsSchema,
  run: (request, caller, core) => {
    const item = permittedItem(request.name, "list", caller, core);
    return item.tags;
  },
});

const deleteItem = operation({
  paths: ["/delete-item"],
  request: deleteItemSchema,
  run: ({ name, version }, caller, core) =>
    deleteStatic(name, caller, core) ?? remove(name, version, caller, core),
});

const deleteSecret = operation({
  paths: ["/rotated-secret-delete"],
  gatewayOnly: true,
  request: deleteSecretSchema,
  run: ({ name, version }, caller, core) => remove(name, version, caller, core),
});

const deleteItems = operation({
  paths: ["/delete-items"],
  request: deleteItemsSchema,
  run: ({ path }, caller, core) => {
    const folder = folderOf(path);
    const { store } = core;
    const names = [...store.items(), ...store.statics()].map(({ name }) => name);
    const deleted: string[] = [];
    const failed: Record<string, string> = {};
    for (const name of names.filter((each) => each.startsWith(folder)))
      try {
        deleteStatic(name, caller, core) ?? remove(name, -1, caller, core);
        deleted.push(name);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        failed[name] = error.message;
      }
    return { path, deleted_items: deleted, failed_deleted_items: failed };
  },
});

/** Deletes an item, or with a version number other than -1 only that version (0: the last one). */
function remove(name: string, version = -1, caller: ApiCaller, core: Core): unknown {
  const item = permittedItem(name, "delete", caller, core);
  if (item.deleteProtection)
    throw forbidden(
      "failed to delete item",
      `delete protection is enabled on item ${item.name}; disable it first`,
      caller,
    );
  if (version === -1) {
    core.store.removeItem(item);
    core.schedules.stop(item);
  } else {
    removeVersion(item, version, caller);
    core.store.changed(item);
  }
  return {
    item_id: item.id,
    item_name: item.name,
    deletion_date: new Date(core.settings.clock.now()).toISOString(),
    version_deleted: version,
  };
}

function removeVersion(item: StoredItem, number: number, caller: ApiCaller): void {
  const version = versionOf(item, number);
  if (!version) throw versionNotFound(item.name, number, caller);
  if (item.versions.length === 1)
    throw conflict("failed to delete item", `item ${item.name} has no other version`, caller);
  item.versions = item.versions.filter((other) => other !== version);
}

const setState = operation({
  paths: ["/set-item-state"],
  request: setItemStateSchema,
  run: (request, caller, core) => {
    const item = permittedItem(request.name, "update", caller, core);
    item.enabled = request["desired-state"] === "Enabled";
    item.modifiedAt = core.settings.clock.now();
    core.store.changed(item);
    return {};
  },
});

const update = operation({
  paths: ["/update-item"],
  request: updateItemSchema,
  run: (request, caller, core) => {
    const { store, settings } = core;
    const item = permittedItem(request.name, "update", caller, core);
    refuseLocked(item, core, caller, "failed to update item");
    if (request["new-name"]) store.renameItem(item, request["new-name"], caller);
    item.description = newDescription(item.description, request["new-metadata"], settings);
    item.description = newDescription(item.description, request.description, settings);
    item.tags = newTags(item.tags, request["add-tag"], request["rm-tag"]);
    item.deleteProtection = request.delete_protection ?? item.deleteProtection;
    if (request["max-versions"] !== undefined) item.maxVersions = request["max-versions"];
    applyRemoteAccess(item.remoteAccess, request, settings);
    item.remoteAccess.hosts = newTags(
      item.remoteAccess.hosts,
      request["secure-access-add-host"],
      request["secure-access-rm-host"],
    );
    item.modifiedAt = settings.clock.now();
    store.changed(item);
    return { updated: true };
  },
});

/** Operations on single items. */
export const itemOperations = [
  describe,
  getTags,
  deleteItem,
  deleteItems,
  deleteSecret,
  setState,
  update,
];
