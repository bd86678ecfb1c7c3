import { itemPath } from "../../../../common/item-path.ts";
import { conflict, forbidden } from "../api-error.ts";
import { authorize, type Core, may, permittedTarget } from "../core.ts";
import { describeTarget } from "../describe.ts";
import type { StoredTarget } from "../model.ts";
import { operation } from "../operation.ts";
import { listingPage } from "../page.ts";
import {
  createWebTargetSchema,
  deleteTargetSchema,
  getTargetSchema,
  listTargetsSchema,
  updateWebTargetDetailsSchema,
  updateWebTargetSchema,
} from "../requests/targets.ts";
import { newDescription, newText } from "../settings.ts";
import { storedIn } from "../stored-settings.ts";

const create = operation({
  paths: ["/target-create-web", "/create-web-target"],
  request: createWebTargetSchema,
  run: (request, caller, { store, settings }) => {
    const name = itemPath(request.name);
    authorize(caller, "create", name);
    const now = settings.clock.now();
    const url = request.url ?? "";
    const maxVersions = request["max-versions"];
    const target: StoredTarget = {
      id: store.nextId(),
      name,
      url,
      description: request.description || request.comment || "",
      key: request.key ?? "",
      ...(maxVersions !== undefined && { maxVersions }),
      deleteProtection: request.delete_protection ?? false,
      stored: storedIn(request, settings),
      versions: [{ version: 1, url, createdAt: now }],
      lastVersion: 1,
      createdAt: now,
      modifiedAt: now,
    };
    store.addTarget(target, caller);
    return { target_id: target.id };
  },
});

const update = operation({
  paths: ["/target-update-web", "/update-web-target"],
  request: updateWebTargetSchema,
  run: (request, caller, core) => {
    const { store, settings } = core;
    const target = permittedTarget(request.name, "update", caller, core);
    if (request["new-name"]) store.renameTarget(target, request["new-name"], caller);
    const description = request.description ?? request.comment;
    target.description = newDescription(target.description, description, settings);
    target.key = newText(target.key, request.key, settings);
    if (request["max-versions"] !== undefined) target.maxVersions = request["max-versions"];
    target.deleteProtection = request.delete_protection ?? target.deleteProtection;
    target.stored = { ...target.stored, ...storedIn(request, settings) };
    target.modifiedAt = settings.clock.now();
    setUrl(target, newText(target.url, request.url, settings), request["keep-prev-version"], core);
    core.store.changed(target);
    return { target_id: target.id };
  },
});

const updateDetails = operation({
  paths: ["/update-web-target-details"],
  request: updateWebTargetDetailsSchema,
  run: (request, caller, core) => {
    const target = permittedTarget(request.name, "update", caller, core);
    target.key = newText(target.key, request.protection_key, core.settings);
    target.modifiedAt = core.settings.clock.now();
    const keep = request["keep-prev-version"] ?? request["new-version"];
    setUrl(target, newText(target.url, request.url, core.settings), keep, core);
    core.store.changed(target);
    return { updated: true };
  },
});

function setUrl(
  target: StoredTarget,
  url: string,
  keepPrevious: boolean | undefined,
  core: Core,
): void {
  if (url === target.url) return;
  const keep = keepPrevious ?? core.settings.keepPreviousVersion;
  target.url = url;
  target.lastVersion += 1;
  const version = { version: target.lastVersion, url, createdAt: core.settings.clock.now() };
  const before = keep ? target.versions : target.versions.slice(0, -1);
  const kept = Math.max(1, target.maxVersions ?? core.settings.defaultMaxVersions);
  target.versions = [...before, version].slice(-kept);
}

const get = operation({
  paths: ["/target-get", "/get-target"],
  request: getTargetSchema,
  run: (request, caller, core) => {
    const target = permittedTarget(request.name, "read", caller, core);
    return describeTarget(target, core, request["show-versions"]);
  },
});

const getDetails = operation({
  paths: ["/target-get-details", "/get-target-details"],
  request: getTargetSchema,
  run: (request, caller, core) => {
    const target = permittedTarget(request.name, "read", caller, core);
    const number = request["target-version"];
    const version = target.versions.find(({ version }) => version === number);
    return {
      value: { web_target_details: { url: version?.url ?? target.url } },
      target: describeTarget(target, core, request["show-versions"]),
    };
  },
});

const remove = operation({
  paths: ["/target-delete", "/delete-target"],
  request: deleteTargetSchema,
  run: (request, caller, core) => {
    const { store } = core;
    const target = permittedTarget(request.name, "delete", caller, core);
    if (target.deleteProtection) {
      throw forbidden("failed to delete target", `target ${target.name} is protected`, caller);
    }
    const [first, ...others] = store.itemsOf(target);
    if (first && !request["force-deletion"]) {
      const more = others.length > 0 ? ` and ${others.length} more` : "";
      throw conflict(
        "failed to delete target",
        `target ${target.name} is used by ${first.name}${more}; delete them first or force the deletion`,
        caller,
      );
    }
    store.removeTarget(target);
    return {};
  },
});

const list = operation({
  paths: ["/target-list", "/list-targets"],
  request: listTargetsSchema,
  run: (request, caller, core) => {
    const types = request.type ?? [];
    const targets = core.store
      .targets()
      .filter(({ name }) => may(caller, "list", name))
      .filter(({ name }) => name.includes(request.filter ?? ""))
      .filter(() => types.length === 0 || types.includes("web"));
    const { entries, next } = listingPage(targets, request["pagination-token"]);
    return {
      targets: entries.map((target) => describeTarget(target, core)),
      ...(next !== undefined && { next_page: next }),
    };
  },
});

/** Operations on Web Targets, the only kind of target that is emulated. */
export const targetOperations = [create, update, updateDetails, get, getDetails, remove, list];
