import type { ApiCaller, Core } from "./core.ts";
import type { StoredItem } from "./model.ts";

/** A secret with the defaults of a create request, before the request's settings are applied. */
export function newItem(
  name: string,
  targetId: number,
  who: ApiCaller,
  core: Core,
  payload: string,
): StoredItem {
  const now = core.settings.clock.now();
  return {
    id: core.store.nextId(),
    createdAt: now,
    name,
    description: "",
    key: "",
    tags: [],
    customFields: {},
    deleteProtection: false,
    enabled: true,
    targetId,
    credentials: "use-user-creds",
    timeoutSeconds: 40,
    policy: {},
    schedule: { autoRotate: false, eventsBefore: [] },
    remoteAccess: {
      hosts: [],
      url: "",
      certificateIssuer: "",
      sshUser: "",
      rdpDomain: "",
      rdpUser: "",
    },
    stored: {},
    versions: [{ version: 1, payload, createdAt: now, accessId: who.accessId }],
    lastVersion: 1,
    status: "RotationInitialStatus",
    modifiedAt: now,
  };
}
