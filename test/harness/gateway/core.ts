import { itemPath } from "../../../common/item-path.ts";
import type { FaultBoard } from "../faults.ts";
import type { Account } from "./account.ts";
import { forbidden, type Identity, unauthorized } from "./api-error.ts";
import type { ClockMotor } from "./clock-motor.ts";
import type { GatewayEvent, IgnoredFields, RecordedCall } from "./events.ts";
import type { Logins } from "./logins.ts";
import type { StoredItem, StoredTarget } from "./model.ts";
import type { ApiUser, Capability, GatewaySettings } from "./options.ts";
import type { ProducerCredentials } from "./producer-credentials.ts";
import type { RemoteSessions } from "./remote-access.ts";
import type { Rotations } from "./rotations.ts";
import type { Schedules } from "./schedule.ts";
import type { Store } from "./store.ts";
import type { Timeline } from "./timeline.ts";
import type { Tokens } from "./tokens.ts";

/** The parts of a running gateway, as the endpoints see them. */
export interface Core {
  readonly settings: GatewaySettings;
  readonly store: Store;
  readonly tokens: Tokens;
  readonly credentials: ProducerCredentials;
  readonly rotations: Rotations;
  readonly schedules: Schedules;
  readonly sessions: RemoteSessions;
  readonly faults: FaultBoard;
  readonly events: GatewayEvent[];
  readonly calls: RecordedCall[];
  readonly account: Account;
  readonly timeline: Timeline;
  readonly motor: ClockMotor;
  readonly logins: Logins;
  /** The address that `cluster_gw_url` shows. */
  url: string;
  /** What `onIgnored` was told already. */
  readonly told: Set<string>;
  /** Told of what a client sent and the gateway did not understand, once for each field. */
  onIgnored: (ignored: IgnoredFields) => void;
  /** Empties the account and forgets what happened. */
  reset(): void;
}

/** The authenticated caller of an operation. */
export interface ApiCaller extends Identity {
  readonly user: ApiUser;
}

/** Refuses with 401 what the caller's rules do not allow, as Akeyless does for hidden items too. */
export function authorize(caller: ApiCaller, capability: Capability, path: string): void {
  if (!may(caller, capability, path)) throw unauthorized(caller);
}

/**
 * The item of this name, where the caller may do that with it. Permission comes first: who may not
 * know an item gets the same 401 whether or not it exists (External Secrets, PR 6587).
 */
export function permittedItem(
  name: string,
  capability: Capability,
  caller: ApiCaller,
  { store }: Core,
): StoredItem {
  authorize(caller, capability, itemPath(name));
  return store.item(name, caller);
}

/** The target of this name, where the caller may do that with it. */
export function permittedTarget(
  name: string,
  capability: Capability,
  caller: ApiCaller,
  { store }: Core,
): StoredTarget {
  authorize(caller, capability, itemPath(name));
  return store.target(name, caller);
}

/** Whether the caller's rules allow `capability` on `path`. */
export function may({ user }: ApiCaller, capability: Capability, path: string): boolean {
  const { paths, capabilities, rules } = user;
  if (rules)
    return rules.some((rule) => rule.capabilities.includes(capability) && covers(rule.path, path));
  if (capabilities && !capabilities.includes(capability)) return false;
  return !paths || paths.some((allowed) => path === allowed || path.startsWith(below(allowed)));
}

function covers(rule: string, path: string): boolean {
  return rule.endsWith("/*") ? path.startsWith(rule.slice(0, -1)) : path === rule;
}

function below(path: string): string {
  return path.endsWith("/") ? path : `${path}/`;
}

/** 403 while a session locks the item. */
export function refuseLocked(item: StoredItem, core: Core, who: ApiCaller, context: string): void {
  const user = core.sessions.lockedBy(item);
  if (user !== undefined)
    throw forbidden(context, `item ${item.name} is locked by a session of ${user}`, who);
}
