import type { RemoteAccess, StoredItem } from "./model.ts";
import type { GatewaySettings } from "./options.ts";
import type { RemoteAccessRequest, SettingsRequest } from "./requests/secret-settings.ts";
import { storedIn } from "./stored-settings.ts";

/** The sentinel by which SDK and CLI say "leave the description as it is". */
const UNCHANGED = "default_metadata";

/** What `""` and `[]` mean for fields that already have a value. */
export type EmptyMeaning = Pick<GatewaySettings, "emptyTextOnUpdate" | "emptyListOnUpdate">;

/** Writes the settings of a create or update request into the item. */
export function applyItemSettings(
  item: StoredItem,
  request: SettingsRequest,
  empty: EmptyMeaning,
): void {
  item.credentials = request["authentication-credentials"] || item.credentials;
  item.description = newDescription(item.description, request.description, empty);
  item.key = newText(item.key, request.key, empty);
  item.deleteProtection = request.delete_protection ?? item.deleteProtection;
  item.timeoutSeconds = request["timeout-sec"] ?? item.timeoutSeconds;
  item.customFields = request["item-custom-fields"] ?? item.customFields;
  Object.assign(item.stored, storedIn(request, empty));
  assign(item, { maxVersions: request["max-versions"] });
  assign(item.schedule, {
    autoRotate: request["auto-rotate"],
    interval: request["rotation-interval"],
    hour: request["rotation-hour"],
    eventsBefore: newList(item.schedule.eventsBefore, request["rotation-event-in"], empty),
  });
  assign(item.policy, {
    enabled: request["enable-password-policy"],
    length: request["password-length"],
    capitalLetters: request["use-capital-letters"],
    lowerLetters: request["use-lower-letters"],
    numbers: request["use-numbers"],
    specialCharacters: request["use-special-characters"],
  });
  applyRemoteAccess(item.remoteAccess, request, empty);
}

/** Writes the Secure Remote Access settings of a request. */
export function applyRemoteAccess(
  access: RemoteAccess,
  request: RemoteAccessRequest,
  empty: EmptyMeaning,
): void {
  const issuer =
    request["secure-access-certificate-issuer"] || request["secure-access-bastion-issuer"];
  access.certificateIssuer = newText(access.certificateIssuer, issuer, empty);
  access.url = newText(access.url, request["secure-access-url"], empty);
  access.sshUser = newText(access.sshUser, request["secure-access-ssh-user"], empty);
  access.rdpDomain = newText(access.rdpDomain, request["secure-access-rdp-domain"], empty);
  access.rdpUser = newText(access.rdpUser, request["secure-access-rdp-user"], empty);
  assign(access, {
    hosts: newList(access.hosts, request["secure-access-host"], empty),
    enable: request["secure-access-enable"],
    web: request["secure-access-web"],
    webBrowsing: request["secure-access-web-browsing"],
    webProxy: request["secure-access-web-proxy"],
    allowExternalUser: request["secure-access-allow-external-user"],
    rotateAfterDisconnect: request["rotate-after-disconnect"],
    lockDuringSession: request["lock-during-sra-session"],
  });
}

/** Whether a description of a request says that it stays, or says nothing. */
export function isUnchanged(given: string | undefined): boolean {
  return given === undefined || given === UNCHANGED;
}

/** The description after a request: kept for the sentinel, and for `""` where that is the meaning. */
export function newDescription(
  old: string,
  given: string | undefined,
  empty: EmptyMeaning,
): string {
  return isUnchanged(given) ? old : newText(old, given, empty);
}

/** A text field after a request. */
export function newText(
  old: string,
  given: string | undefined,
  { emptyTextOnUpdate }: EmptyMeaning,
): string {
  if (given === undefined) return old;
  return given === "" && emptyTextOnUpdate === "keep" ? old : given;
}

function newList<T>(old: T[], given: T[] | undefined, { emptyListOnUpdate }: EmptyMeaning): T[] {
  if (given === undefined) return old;
  return given.length === 0 && emptyListOnUpdate === "keep" ? old : given;
}

/** Tags after adding and removing, each once. */
export function newTags(old: string[], add: string[] = [], remove: string[] = []): string[] {
  return [...new Set([...old, ...add])].filter((tag) => !remove.includes(tag));
}

/** Copies the properties that were given. */
function assign<T extends object>(
  to: T,
  given: { readonly [Name in keyof T]?: T[Name] | undefined },
): void {
  for (const [name, value] of Object.entries(given))
    if (value !== undefined) Object.assign(to, { [name]: value });
}
