import { forbidden, versionNotFound } from "../api-error.ts";
import { type ApiCaller, type Core, permittedItem, refuseLocked } from "../core.ts";
import { operation } from "../operation.ts";
import {
  getValueByNamesSchema,
  getValueSchema,
  rollbackSchema,
} from "../requests/rotated-secrets.ts";
import { addVersion, versionOf } from "../versions.ts";

const getValue = operation({
  paths: ["/rotated-secret-get-value"],
  request: getValueSchema,
  run: ({ name, version }, caller, core) => storedValue(name, version, caller, core),
});

const getValueByNames = operation({
  paths: ["/get-rotated-secret-value"],
  request: getValueByNamesSchema,
  run: ({ names, version }, caller, core) => storedValue(names, version, caller, core),
});

function storedValue(name: string, number = 0, caller: ApiCaller, core: Core): unknown {
  const item = permittedItem(name, "read", caller, core);
  const context = "failed to get rotated secret value";
  if (!item.enabled) throw forbidden(context, `item ${item.name} is disabled`, caller);
  refuseLocked(item, core, caller, context);
  const version = versionOf(item, number);
  if (!version) throw versionNotFound(item.name, number, caller);
  return { value: { payload: version.payload } };
}

const rollback = operation({
  paths: ["/rollback-secret"],
  request: rollbackSchema,
  run: async (request, caller, core) => {
    const { rotations, settings, store } = core;
    const item = permittedItem(request.name, "update", caller, core);
    return rotations.exclusively(item, async () => {
      refuseLocked(item, core, caller, "failed to roll back secret");
      const number = request["old-version"];
      const old = versionOf(item, number);
      if (!old) throw versionNotFound(item.name, number, caller);
      const { defaultMaxVersions, clock } = settings;
      const { version } = addVersion(item, old.payload, {
        at: clock.now(),
        accessId: caller.accessId,
        defaultMaxVersions,
      });
      store.changed(item);
      return { name: item.name, version };
    });
  },
});

/** Operations on the stored values. */
export const valueOperations = [getValue, getValueByNames, rollback];
