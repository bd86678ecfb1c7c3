import { itemPath } from "../../../../common/item-path.ts";
import { forbidden, itemNotFound } from "../api-error.ts";
import { type ApiCaller, authorize, type Core } from "../core.ts";
import type { StaticSecret } from "../model.ts";
import { operation } from "../operation.ts";
import type { Capability } from "../options.ts";
import {
  createSecretSchema,
  getSecretValueSchema,
  updateSecretValueSchema,
} from "../requests/static-secrets.ts";

const create = operation({
  paths: ["/create-secret"],
  request: createSecretSchema,
  run: (request, caller, { store, settings }) => {
    const name = itemPath(request.name);
    authorize(caller, "create", name);
    const now = settings.clock.now();
    const secret: StaticSecret = {
      id: store.nextId(),
      name,
      description: request.description || request.metadata || "",
      deleteProtection: request.delete_protection ?? false,
      value: request.value ?? "",
      lastVersion: 1,
      createdAt: now,
      modifiedAt: now,
    };
    store.addStatic(secret, caller);
    return { name };
  },
});

const getValue = operation({
  paths: ["/get-secret-value"],
  request: getSecretValueSchema,
  run: ({ names }, caller, core) =>
    Object.fromEntries(names.map((name) => [name, permitted(name, "read", caller, core).value])),
});

const update = operation({
  paths: ["/update-secret-val"],
  request: updateSecretValueSchema,
  run: ({ name, value }, caller, core) => {
    const secret = permitted(name, "update", caller, core);
    secret.value = value ?? "";
    secret.lastVersion += 1;
    secret.modifiedAt = core.settings.clock.now();
    core.store.changed(secret);
    return { name: secret.name };
  },
});

/** Deletes a static secret of that name; undefined where there is none. */
export function deleteStatic(name: string, caller: ApiCaller, core: Core): unknown {
  const { store, settings } = core;
  if (!store.findStatic(name)) return undefined;
  const secret = permitted(name, "delete", caller, core);
  if (secret.deleteProtection)
    throw forbidden(
      "failed to delete item",
      `delete protection is enabled on item ${secret.name}; disable it first`,
      caller,
    );
  store.removeStatic(secret);
  return {
    item_id: secret.id,
    item_name: secret.name,
    deletion_date: new Date(settings.clock.now()).toISOString(),
    version_deleted: -1,
  };
}

/** The static secret of this name, where the caller may do that with it. */
function permitted(
  name: string,
  capability: Capability,
  caller: ApiCaller,
  { store }: Core,
): StaticSecret {
  authorize(caller, capability, itemPath(name));
  const secret = store.findStatic(name);
  if (!secret) throw itemNotFound(itemPath(name), caller);
  return secret;
}

/** Operations on static secrets: values that people write, such as first passwords. */
export const staticSecretOperations = [create, getValue, update];
